import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createSealer, parseKey, SealError } from './seal.ts'

const key = Buffer.alloc(32, 7)
const sealer = createSealer(key)

test.each(['', 'hunter2', 'ünïcode \u{1F600}\0', 'x'.repeat(100_000)])('what is sealed opens again', (text) => {
  expect(sealer.open(sealer.seal(text, 'a'), 'a')).toBe(text)
})

test('the same text looks different each time, and shows nothing of itself', () => {
  const sealed = Array.from({ length: 50 }, () => sealer.seal('hunter2', 'a'))
  expect(new Set(sealed).size).toBe(50)
  expect(sealed.join()).not.toMatch(/hunter2|aHVudGVyM/)
})

test('it opens in its own place only', () => {
  expect(() => sealer.open(sealer.seal('hunter2', 'channel/a'), 'channel/b')).toThrow(SealError)
})

test('each changed byte is found', () => {
  const [version, id, data = ''] = sealer.seal('hunter2', 'a').split('.')
  const bytes = Buffer.from(data, 'base64url')
  for (let at = 0; at < bytes.length; at++) {
    const other = Buffer.from(bytes)
    other[at] = (other[at] ?? 0) ^ 1
    expect(() => sealer.open(`${version}.${id}.${other.toString('base64url')}`, 'a')).toThrow('it was changed')
  }
  for (let length = 0; length < bytes.length; length++)
    expect(() => sealer.open(`${version}.${id}.${bytes.subarray(0, length).toString('base64url')}`, 'a')).toThrow(
      SealError,
    )
})

test('another key is told from damage', () => {
  const other = createSealer(randomBytes(32))
  expect(() => other.open(sealer.seal('hunter2', 'a'), 'a')).toThrow('sealed with another key')
  expect(() => sealer.open('v2.x.y', 'a')).toThrow('this version')
})

test.each([
  [key.toString('base64'), key],
  [` ${key.toString('base64url')}\n`, key],
  [key.toString('hex'), key],
  ['', null],
  ['correct horse battery staple', null],
  [Buffer.alloc(31).toString('base64'), null],
  [Buffer.alloc(33).toString('base64'), null],
])('%j is a key or not', (text, expected) => expect(parseKey(text)).toEqual(expected))
