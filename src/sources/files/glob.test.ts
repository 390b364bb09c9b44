import { matchesGlob } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { accepts, enter, parseGlob, startOf } from './glob.ts'

/** Walks a path through a pattern as a scan does. */
function matches(pattern: string, path: string): boolean {
  const glob = parseGlob(pattern)
  if (typeof glob === 'string') throw new Error(glob)
  const names = path.split('/')
  const file = names.pop() ?? ''
  const state = names.reduce((state, name) => enter(glob, state, name), startOf(glob))
  return accepts(glob, state, file)
}

describe('a pattern', () => {
  test.each([
    ['app-*.dump', 'app-2026.dump', true],
    ['app-*.dump', 'app-.dump', true],
    ['app-*.dump', 'web-2026.dump', false],
    ['app-*.dump', 'sub/app-2026.dump', false],
    ['app-?.dump', 'app-ü.dump', true],
    ['app-?.dump', 'app-😀.dump', true],
    ['app-?.dump', 'app-12.dump', false],
    ['[a-c]*', 'bcd', true],
    ['[!a-c]*', 'bcd', false],
    ['[]x]', ']', true],
    ['[x', '[x', true],
    ['*.{sql,dump}{,.gz}', 'a.sql.gz', true],
    ['*.{sql,dump}{,.gz}', 'a.dump', true],
    ['*.{sql,dump}{,.gz}', 'a.txt', false],
    ['{a,b{c,d}}', 'bd', true],
    ['{one}', '{one}', true],
    ['{a', '{a', true],
    ['\\*.dump', '*.dump', true],
    ['\\*.dump', 'a.dump', false],
    ['a.b', 'axb', false],
    ['**/*.dump', 'a.dump', true],
    ['**/*.dump', 'x/y/z/a.dump', true],
    ['**/*.dump', 'x/.hidden/a.dump', false],
    ['**', 'x/y/a', true],
    ['x/**', 'x/a', true],
    ['x/**', 'y/a', false],
    ['**/pg/**/*.gz', 'a/pg/b/c/d.gz', true],
    ['**/pg/**/*.gz', 'a/my/b/c/d.gz', false],
    ['*/latest.dump', 'x/latest.dump', true],
    ['./a', 'a', true],
  ])('%s and %s: %s', (pattern, path, expected) => {
    expect(matches(pattern, path)).toBe(expected)
  })

  test.each([
    ['*', '.hidden', false],
    ['.*', '.hidden', true],
    ['*', 'a.dump.partial', false],
    ['*.dump*', 'a.dump.TMP', false],
    ['*', 'a.part', false],
    ['**', 'x/a.tmp', false],
    ['*.tmp', 'a.tmp', true],
    ['*.{dump,part}', 'a.part', true],
    ['*', 'a.dump.sha256', false],
    ['*.sha256', 'a.dump.sha256', true],
    ['*', 'partial', true],
  ])('names what is no dump by itself: %s and %s: %s', (pattern, path, expected) => {
    expect(matches(pattern, path)).toBe(expected)
  })

  test.each(['/etc/*', 'a//b', '../x', 'a/../b', 'x/'])('%s is refused', (pattern) => {
    expect(parseGlob(pattern)).toBeTypeOf('string')
  })

  test('more alternatives than anybody means are refused, not computed', () => {
    expect(parseGlob('{a,b}'.repeat(40))).toMatch(/alternatives/)
  })

  test('agrees with Node on patterns of stars, question marks, sets and depths', () => {
    const part = fc.stringMatching(/^[abc*?]{1,6}$/).filter((text) => !text.includes('**'))
    const pattern = fc.array(fc.oneof(part, fc.constant('**'), fc.constant('[a-b]c')), { minLength: 1, maxLength: 4 })
    const path = fc.array(fc.stringMatching(/^[abc]{1,5}$/), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(pattern, path, (segments, names) => {
        expect(matches(segments.join('/'), names.join('/'))).toBe(matchesGlob(names.join('/'), segments.join('/')))
      }),
      { numRuns: 2000 },
    )
  })

  test('a hostile name takes no time', () => {
    const started = performance.now()
    expect(matches(`${'*a'.repeat(40)}b`, 'a'.repeat(255))).toBe(false)
    expect(performance.now() - started).toBeLessThan(5000)
  })
})
