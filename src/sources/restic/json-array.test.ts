import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JsonArrayReader } from './json-array.ts'

function read(chunks: readonly Buffer[]): { elements: unknown[]; problem: string | null } {
  const elements: unknown[] = []
  const reader = new JsonArrayReader((json) => elements.push(JSON.parse(json)))
  for (const chunk of chunks) reader.push(chunk)
  return { elements, problem: reader.end() }
}

const cut = (text: string, size: number): Buffer[] => {
  const bytes = Buffer.from(text)
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size))
}

describe('a JSON array in pieces', () => {
  test('comes out as it went in, wherever it is cut', () => {
    const value = fc.array(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), { maxLength: 6 })
    fc.assert(
      fc.property(value, fc.integer({ min: 1, max: 40 }), fc.nat(2), (array, size, indent) => {
        const plain: unknown = JSON.parse(JSON.stringify(array))
        expect(read(cut(`${JSON.stringify(array, null, indent)}\n`, size))).toEqual({ elements: plain, problem: null })
      }),
    )
  })

  test('every cut of it is noticed', () => {
    const whole = JSON.stringify([{ a: '}]\\"' }, { b: [1, { c: null }] }])
    for (let length = 0; length < whole.length; length++)
      expect(read([Buffer.from(whole.slice(0, length))]).problem, whole.slice(0, length)).not.toBeNull()
    expect(read([Buffer.from(whole)]).problem).toBeNull()
  })

  test.each([
    ['null', null],
    ['[]', null],
    [' \n[ ]\n', null],
    ['nul', 'the answer is cut off'],
    ['', 'the answer is empty'],
    ['{}', 'the answer is no list of snapshots'],
    ['[1]', 'the answer is no list of snapshots'],
    ['[]x', 'the answer is no list of snapshots'],
    ['<html>', 'the answer is no list of snapshots'],
  ])('%j', (text, problem) => {
    expect(read([Buffer.from(text)])).toEqual({ elements: [], problem })
  })

  test('an endless element is given up', () => {
    const reader = new JsonArrayReader(() => {})
    reader.push(Buffer.from('[{"a":"'))
    const chunk = Buffer.alloc(2 ** 20, 'x')
    for (let i = 0; i < 20; i++) reader.push(chunk)
    expect(reader.end()).toBe('one snapshot takes more than 16 MiB')
  })
})
