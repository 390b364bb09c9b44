import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from './canonical-json.ts'
import { Secret } from './secret.ts'

test('the order of keys makes no difference, that of a list does', () => {
  expect(canonicalJson({ b: 1, a: { d: [2, 1], c: null } })).toBe('{"a":{"c":null,"d":[2,1]},"b":1}')
  expect(canonicalJson({ a: { c: null, d: [2, 1] }, b: 1 })).toBe('{"a":{"c":null,"d":[2,1]},"b":1}')
  expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]))
})

test('it is JSON of the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('secrets are none, and texts are masked, keys too', () => {
  expect(canonicalJson({ password: new Secret('hunter2-hunter2') })).toBe('{"password":"[secret]"}')
  expect(canonicalJson({ abc: ['abc', 1] }, (text) => text.replace('b', '*'))).toBe('{"a*c":["a*c",1]}')
})
