import { describe, expect, test } from 'vitest'
import { files } from './index.ts'

const HOUR = 3_600_000

describe('the configuration', () => {
  test('says which setting won, and whom to tell', () => {
    const config = files.config.parse({
      files: {
        app: { path: '/srv', max_age: '6h', push_url: 'https://kuma.example.com/api/push/abcdef' },
        'my.web': { path: '/srv', schedule: 'daily', grace: '1h', push_url: 'https://hc.example.com/ping/uuid' },
        plain: { stamp: '/srv/ok' },
      },
    })
    expect(files.threshold?.('dumps', config, 'dumps/app')).toEqual({
      setting: expect.objectContaining({ max_age: 6 * HOUR }),
      from: 'sources.dumps.files.app.max_age',
    })
    expect(files.threshold?.('dumps', config, 'dumps/my.web')?.from).toBe('sources.dumps.files.my.web.schedule')
    expect(files.threshold?.('dumps', config, 'dumps/plain')).toBeNull()
    expect(files.threshold?.('dumps', config, 'dumps/constructor')).toBeNull()
    expect(files.push?.('dumps', config, 'dumps/app')?.format).toBe('kuma')
    expect(files.push?.('dumps', config, 'dumps/my.web')?.format).toBe('healthchecks')
    expect(files.push?.('dumps', config, 'dumps/plain')).toBeNull()
    expect(files.permissions(config).map(({ resource }) => resource)).toContain('/srv')
  })

  test.each([
    [{}, /needs `stamp`/],
    [{ path: '/a', stamp: '/b' }, /one of them/],
    [{ stamp: '/a', pattern: '*' }, /goes with `path`/],
    [{ path: '/a', content: 'unix' }, /goes with `stamp`/],
    [{ path: '/a', pattern: '../*' }, /pattern/],
    [{ path: '/a', time: 'app.dump' }, /names no date/],
    [{ path: '/a', max_age: 'soon' }, /duration/],
    [{ path: '/a', typo: 1 }, /typo/],
  ])('%j is refused', (settings, expected) => {
    for (const written of [{ files: { app: settings } }, settings])
      expect(files.config.safeParse(written).error?.message).toMatch(expected)
  })

  test.each([[{ files: {} }], [{ files: { 'a/b': { path: '/a' } } }], [{ files: { a: { path: '/a' } }, path: '/b' }]])(
    '%j is refused as a whole',
    (written) => expect(files.config.safeParse(written).success).toBe(false),
  )
})
