import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pdfText, wrapped } from './pdf-text.ts'

test('what the font has stays, what it does not have is told by its number', () => {
  expect(pdfText('Größe: 5 € – “ok”')).toBe('Größe: 5 € – “ok”')
  expect(pdfText('データ 💾 e\u0301')).toBe('\\u{30c7}\\u{30fc}\\u{30bf} \\u{1f4be} e\\u{301}')
  // a soft hyphen and a hard space would not be seen; Cyrillic has letters that look like ours
  expect(pdfText('a\u00adb\u00a0с')).toBe('a\\u{ad}b\\u{a0}\\u{441}')
  expect(pdfText('x\u202ey\n')).toBe('x\\u202ey\\n')
})

test('a name that says such a number itself can be told apart', () => {
  expect(pdfText('\\u{441} C:\\users')).toBe('\\u{5c}u{441} C:\\users')
  expect(pdfText('\\u{441}')).not.toBe(pdfText('с'))
  expect(pdfText('\\u202e')).not.toBe(pdfText('\u202e'))
})

test('nothing but Windows-1252 is left of any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(pdfText(text)).toMatch(/^[\x20-\x7e¡-ÿ€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]*$/)
    }),
  )
})

test('lines break at spaces, then where the parts of a name do, then anywhere; nothing is lost', () => {
  const width = (text: string) => text.length
  expect(wrapped('one two three', 7, width)).toEqual(['one two', 'three'])
  expect(wrapped('a BACKUP_LAST_POINT b', 8, width)).toEqual(['a', 'BACKUP_', 'LAST_', 'POINT b'])
  expect(wrapped('aaaaaaaaaa', 4, width)).toEqual(['aaaa', 'aaaa', 'aa'])
  expect(wrapped('', 4, width)).toEqual([''])
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 20 }), (text, most) => {
      const lines = wrapped(text, most, width)
      expect(lines.every((line) => line.length <= most)).toBe(true)
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
    }),
  )
})
