import { Readable } from 'node:stream'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { Body } from './body.ts'

const NOTHING = Buffer.from('<nothing/>')
const cutAt = (whole: Buffer, ends: readonly number[]) =>
  [0, ...ends].map((from, index) => whole.subarray(from, ends[index] ?? whole.length))

it('puts a body together from whatever parts it comes in, in one buffer after the other', async () => {
  const body = new Body()
  const ends = (length: number) => fc.array(fc.nat(length), { maxLength: 6 }).map((all) => all.sort((a, b) => a - b))
  const given = fc.string({ unit: 'grapheme', maxLength: 200 }).chain((text) => {
    const whole = Buffer.from(text)
    return ends(whole.length).map((all) => ({ text, parts: cutAt(whole, all) }))
  })
  await fc.assert(
    fc.asyncProperty(given, fc.boolean(), async ({ text, parts }, isRead) => {
      const response: { statusCode: number; body: unknown } = { statusCode: 200, body: Readable.from(parts) }
      const scan = (whole: Buffer) => (isRead ? whole.toString() : null)
      expect(await body.read(response, scan, NOTHING)).toBe(isRead ? text : null)
      // whoever reads next has it whole, and of its own
      expect(response.body).toEqual(isRead ? NOTHING : Buffer.from(text))
      const left = response.body
      await body.read({ statusCode: 200, body: Readable.from([Buffer.alloc(300, '!')]) }, () => true, NOTHING)
      expect(left).toEqual(isRead ? NOTHING : Buffer.from(text))
    }),
    { numRuns: 100 },
  )
})

it('takes bodies that are larger than its buffer', async () => {
  const body = new Body()
  const whole = Buffer.from('0123456789'.repeat(500_000))
  const parts = cutAt(whole, [65_536, 1_048_575, 1_048_577, 4_000_000])
  const isSame = await body.read({ statusCode: 200, body: Readable.from(parts) }, (all) => all.equals(whole), NOTHING)
  expect(isSame).toBe(true)
})

it('leaves alone what is no answer of success, and rejects when one is cut', async () => {
  const refused = { statusCode: 503, body: Readable.from([Buffer.from('x')]) }
  const before = refused.body
  expect(await new Body().read(refused, () => 'read', NOTHING)).toBeNull()
  expect(refused.body).toBe(before)
  expect(await new Body().read(undefined, () => 'read', NOTHING)).toBeNull()
  const cut = Readable.from(
    (function* () {
      yield Buffer.from('<half')
      throw new Error('aborted')
    })(),
  )
  await expect(new Body().read({ statusCode: 200, body: cut }, () => 'read', NOTHING)).rejects.toThrow('aborted')
})
