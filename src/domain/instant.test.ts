import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instant, parseInstant, toIso } from './instant.ts'

describe('toIso', () => {
  it('says what Date says, without the milliseconds where there are none', () => {
    const known = [
      0,
      -1,
      -1000,
      999,
      1000,
      86_399_999,
      86_400_000,
      8.64e15,
      -8.64e15,
      Date.parse('0000-01-01'),
      -62_198_755_200_000,
    ]
    const any = fc.oneof(fc.constantFrom(...known), fc.integer({ min: -8.64e15, max: 8.64e15 }))
    fc.assert(
      fc.property(any, (ms) => {
        const text = toIso(instant(ms))
        expect(text).toBe(new Date(ms).toISOString().replace('.000Z', 'Z'))
        expect(parseInstant(text)).toBe(ms)
      }),
    )
  })
})
