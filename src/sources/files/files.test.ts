import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { scanOf } from '../../../test/fakes/scan.ts'
import { instant } from '../../domain/instant.ts'
import { files } from './index.ts'

const NOW = instant(Date.UTC(2026, 10, 20, 12))
const HOUR = 3_600_000
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'files-source-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** A file with an age. */
function put(name: string, ageMs: number, content = 'x'): string {
  const path = join(dir, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  age(path, ageMs)
  return path
}
function age(path: string, ageMs: number): void {
  utimesSync(path, (NOW - ageMs) / 1000, (NOW - ageMs) / 1000)
}
const scan = (settings: object, more: Parameters<typeof scanOf>[2] = {}) =>
  scanOf(files, { files: { app: settings } }, { now: NOW, directory: dir, ...more })
const good = (scanned: Awaited<ReturnType<typeof scan>>) =>
  scanned.points.filter(({ state }) => state === 'complete').map(({ id }) => id)

/** Runs without the rights of root, as the service does. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work()
  process.seteuid?.(65_534)
  try {
    return await work()
  } finally {
    process.seteuid?.(0)
  }
}

describe('a folder of dumps', () => {
  test('tells its files newest first, and all of them', async () => {
    put('app-1.dump', 3 * HOUR, 'abc')
    put('app-2.dump', HOUR)
    put('web-1.dump', 0)
    const { checks, points, end } = await scan({ path: '.', pattern: 'app-*.dump' })
    expect(checks).toEqual([
      {
        kind: 'resource',
        check: 'src/app',
        type: 'file',
        resource: { id: dir, name: 'app', provider: null, account: null, region: null, tags: {} },
        detail: `the newest app-*.dump in ${dir} by mtime`,
      },
    ])
    expect(points.map(({ id }) => id)).toEqual(['app-2.dump', 'app-1.dump'])
    expect(points[1]).toEqual({
      check: 'src/app',
      id: 'app-1.dump',
      recoverableTo: NOW - 3 * HOUR,
      completedAt: NOW - 3 * HOUR,
      sizeBytes: 3,
      state: 'complete',
      problem: null,
    })
    expect(end).toEqual({ kind: 'scope-complete', scope: 'src/app', points: 'all' })
  })

  test('one file alone is called as its source', async () => {
    put('a.dump', 0)
    const { said } = await scanOf(files, { path: dir }, { name: 'dumps', now: NOW })
    expect(said.map((each) => ('check' in each ? each.check : each.kind))).toEqual([
      'dumps/dumps',
      'recovery-point',
      'scope-complete',
    ])
  })

  test('an existing folder without a dump has none, which is not a failure to look', async () => {
    put('other.txt', 0)
    const { said, end } = await scan({ path: dir, pattern: '*.dump' })
    expect(said).toHaveLength(2)
    expect(end).toEqual({ kind: 'scope-complete', scope: 'src/app', points: 'all' })
  })

  test.each([
    ['a folder that is not there', 'gone', 'not-found', /does not exist/],
    ['a file in its place', 'file', 'not-found', /is not a folder/],
    ['a file on the way', 'file/deeper', 'not-found', /is not a folder/],
    ['links in a circle', 'circle', 'not-found', /circle/],
  ])('%s is a failure to look, never a missing backup', async (_, path, kind, message) => {
    put('file', 0)
    symlinkSync('circle', join(dir, 'circle'))
    const { fault, points } = await scan({ path })
    expect(points).toEqual([])
    expect(fault).toMatchObject({ kind, message: expect.stringMatching(message), advice: expect.any(String) })
    expect(fault?.message).toContain(join(dir, path))
  })

  test.each([
    ['may not be listed', 0o311],
    ['may not be entered', 0o644],
  ])('what %s is denied, also below the folder', async (_, mode) => {
    chmodSync(dir, 0o755)
    put('a.dump', HOUR)
    put('sub/b.dump', 0)
    chmodSync(join(dir, 'sub'), mode & ~0o044 & ~0o011)
    const below = await asNobody(() => scan({ path: dir, pattern: '**/*.dump' }))
    expect(below.fault).toMatchObject({ kind: 'denied', message: expect.stringContaining(join(dir, 'sub')) })
    chmodSync(dir, mode & ~(mode === 0o311 ? 0o044 : 0o011))
    const whole = await asNobody(() => scan({ path: dir, pattern: '*.dump' }))
    expect(whole.fault).toMatchObject({ kind: 'denied', advice: expect.stringContaining('read') })
  })

  test('empty, too small and unfinished files are no backups, and say why', async () => {
    put('empty.dump', 2 * HOUR, '')
    put('small.dump', 3 * HOUR, 'x'.repeat(99))
    put('fresh.dump', 60_000, 'x'.repeat(200))
    put('right.dump', 4 * HOUR, 'x'.repeat(100))
    put('upload.dump.partial', 4 * HOUR, 'x'.repeat(100))
    put('.hidden.dump', 4 * HOUR, 'x'.repeat(100))
    const { points } = await scan({ path: dir, min_size: 100, min_age: '5m' })
    expect(points.map(({ id, state, problem }) => [id, state, problem])).toEqual([
      ['right.dump', 'complete', null],
      ['fresh.dump', 'pending', 'it was written to less than 5m ago, so it may not be finished'],
      ['empty.dump', 'implausible', 'it is empty'],
      ['small.dump', 'implausible', 'it has 99 B, less than min_size (100 B)'],
    ])
  })

  test('an empty file is no backup even without min_size', async () => {
    put('a.dump', 0, '')
    expect((await scan({ path: dir })).points).toEqual([expect.objectContaining({ state: 'implausible' })])
    expect((await scan({ path: dir, min_size: 0 })).points).toEqual([expect.objectContaining({ state: 'implausible' })])
  })

  test('a link counts as the file that it leads to; one to nothing, and links to folders, do not', async () => {
    put('real/a.bin', 2 * HOUR, 'abc')
    symlinkSync('real/a.bin', join(dir, 'latest.dump'))
    symlinkSync('nowhere', join(dir, 'broken.dump'))
    symlinkSync('real', join(dir, 'folder.dump'))
    mkdirSync(join(dir, 'deep'))
    symlinkSync('..', join(dir, 'deep', 'loop'))
    const { points } = await scan({ path: dir, pattern: '**/*.dump' })
    expect(points.find(({ id }) => id === 'latest.dump')).toMatchObject({
      recoverableTo: NOW - 2 * HOUR,
      sizeBytes: 3,
      state: 'complete',
    })
    expect(points.find(({ id }) => id === 'broken.dump')).toMatchObject({ problem: 'it is a link to nothing' })
    expect(points.find(({ id }) => id === 'folder.dump')).toMatchObject({ problem: 'it is not a regular file' })
    expect(points).toHaveLength(3)
  })

  test('a pipe and a socket hang nobody', async () => {
    execFileSync('mkfifo', [join(dir, 'pipe.dump')])
    execFileSync('mkfifo', [join(dir, 'a.dump.sha256')])
    put('a.dump', 0)
    const plain = await scan({ path: dir, pattern: '*.dump' })
    expect(good(plain)).toEqual(['a.dump'])
    expect((await scan({ path: dir, pattern: '*.dump', checksum: 'sidecar' })).fault?.kind).toBe('unreadable')
    expect((await scan({ stamp: 'pipe.dump', content: 'time' })).fault?.kind).toBe('unreadable')
  })

  test('a time in the future passes through: it is judged elsewhere', async () => {
    put('a.dump', -48 * HOUR)
    const { points } = await scan({ path: dir, min_age: '1h' })
    expect(points).toEqual([expect.objectContaining({ recoverableTo: NOW + 48 * HOUR, state: 'complete' })])
  })

  test('many files of the future, and many bad ones, hide no good one', async () => {
    for (let i = 0; i < 130; i++) put(`future-${i}.dump`, -(i + 48) * HOUR)
    for (let i = 0; i < 130; i++) put(`empty-${i}.dump`, i * HOUR, '')
    put('good.dump', 500 * HOUR)
    const { points, end } = await scan({ path: dir })
    expect(points.filter(({ state, recoverableTo }) => state === 'complete' && recoverableTo <= NOW)).toHaveLength(1)
    expect(points.length).toBeLessThan(130)
    expect(end).toMatchObject({ points: 'newest' })
  })

  test('hostile names are told as they are, and a name that is not UTF-8 is a failure to look', async () => {
    const name = '<b>\n\u001b[31m"quote\'"; rm -rf ~.dump'
    put(name, 0)
    expect(good(await scan({ path: dir, pattern: '*.dump' }))).toEqual([name])
    writeFileSync(Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0x61, 0xe9]), Buffer.from('.dump')]), 'x')
    expect((await scan({ path: dir, pattern: '*.dump' })).fault).toMatchObject({ kind: 'unreadable' })
    expect(good(await scan({ path: dir, pattern: '<*.dump' }))).toEqual([name])
  })

  test('the time in the name counts, in the time zone that is given', async () => {
    put('app-2026-11-20_0215.dump', 0)
    put('app-latest.dump', 0)
    const app = { path: dir, time: 'app-{yyyy}-{MM}-{dd}_{HH}{mm}' }
    const { points } = await scan({ ...app, time_zone: 'Europe/Berlin' })
    const bySource = await scanOf(files, { time_zone: 'Europe/Berlin', files: { app } }, { now: NOW })
    expect(bySource.points).toEqual(points)
    expect(points[0]).toMatchObject({ recoverableTo: Date.UTC(2026, 10, 20, 1, 15), completedAt: NOW })
    expect(points[1]).toMatchObject({ state: 'implausible', problem: expect.stringContaining('name') })
  })

  test('a mount point with nothing mounted is a failure to look, where the configuration says so', async () => {
    expect((await scan({ path: dir, mount_point: dir })).fault).toMatchObject({ kind: 'not-found' })
    expect((await scan({ path: '/proc/self', pattern: 'nothing', mount_point: '/proc' })).fault).toBeNull()
    expect((await scan({ path: dir, mount_point: 'gone' })).fault).toMatchObject({ kind: 'not-found' })
  })

  test('the newest is the newest, in whatever order the files were made', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 150 }),
        async (ages) => {
          rmSync(dir, { recursive: true })
          for (const minutes of ages) put(`f-${minutes}`, minutes * 60_000)
          const { points } = await scan({ path: dir })
          const expected = ages.toSorted((a, b) => a - b).slice(0, 100)
          expect(points.map(({ id }) => id)).toEqual(expected.map((minutes) => `f-${minutes}`))
        },
      ),
      { numRuns: 25 },
    )
  })

  test('an aborted look ends at once, as a failure', async () => {
    put('a.dump', 0)
    const { fault, points } = await scan({ path: dir }, { signal: AbortSignal.abort() })
    expect(fault?.kind).toBe('timeout')
    expect(points).toEqual([])
  })
})

describe('checksums', () => {
  const sum = (algorithm: string, content: string) => createHash(algorithm).update(content).digest('hex')
  const settings = () => ({ path: dir, pattern: '*.dump', checksum: 'sidecar' })

  test.each([
    ['sha256sum', 'a.dump.sha256', `${sum('sha256', 'abc')}  a.dump\n`],
    ['a bare digest', 'a.dump.sha256', sum('sha256', 'abc').toUpperCase()],
    ['binary mode and a path', 'a.dump.md5', `${sum('md5', 'abc')} */srv/dumps/a.dump\n`],
    ['--tag', 'a.dump.sha512', `SHA512 (a.dump) = ${sum('sha512', 'abc')}\n`],
    ['another name, since it was renamed', 'a.dump.sha1', `${sum('sha1', 'abc')}  tmp.dump\n`],
    ['the list of the folder', 'SHA256SUMS', `${sum('sha256', 'x')}  b.dump\n${sum('sha256', 'abc')}  a.dump\r\n`],
  ])('%s', async (_, sidecar, text) => {
    put('a.dump', HOUR, 'abc')
    put(sidecar, HOUR, text)
    expect(good(await scan(settings()))).toEqual(['a.dump'])
    put('a.dump', HOUR, 'abd')
    const { points } = await scan(settings())
    expect(points).toEqual([
      expect.objectContaining({ state: 'implausible', problem: expect.stringContaining('damaged') }),
    ])
  })

  test('a list without this file, and no sidecar at all, prove nothing', async () => {
    put('a.dump', HOUR, 'abc')
    put('SHA256SUMS', HOUR, `${sum('sha256', 'abc')}  b.dump\n`)
    expect((await scan(settings())).points).toEqual([expect.objectContaining({ state: 'pending' })])
  })

  test('is computed once, and again when the file or its sidecar has changed', async () => {
    put('a.dump', HOUR, 'abc')
    put('a.dump.sha256', HOUR, sum('sha256', 'abc'))
    const first = await scan(settings())
    expect(first.memory).toEqual({ verified: { [Object.keys(Object(Object(first.memory).verified))[0] ?? '']: true } })
    // the same size and mtime: it is not read again, which is what shows that it was remembered
    put('a.dump', HOUR, 'abd')
    expect(good(await scan(settings(), { memory: first.memory }))).toEqual(['a.dump'])
    put('a.dump', HOUR - 1000, 'abd')
    const changed = await scan(settings(), { memory: first.memory })
    expect(good(changed)).toEqual([])
    put('a.dump.sha256', HOUR, sum('sha256', 'abd'))
    expect(good(await scan(settings(), { memory: changed.memory }))).toEqual(['a.dump'])
    expect(good(await scan(settings(), { memory: 'nonsense' }))).toEqual(['a.dump'])
  })

  test('a damaged newest one leaves the one before it as the newest', async () => {
    put('1.dump', 2 * HOUR, 'abc')
    put('1.dump.md5', HOUR, sum('md5', 'abc'))
    put('2.dump', HOUR, 'abX')
    put('2.dump.md5', HOUR, sum('md5', 'abc'))
    const { points, memory } = await scan(settings())
    expect(points.map(({ id, state }) => [id, state])).toEqual([
      ['2.dump', 'implausible'],
      ['1.dump', 'complete'],
    ])
    expect(Object.keys(Object(Object(memory).verified))).toHaveLength(2)
  })

  test('what may not be read is denied', async () => {
    chmodSync(dir, 0o755)
    put('a.dump.md5', HOUR, sum('md5', 'abc'))
    chmodSync(put('a.dump', HOUR, 'abc'), 0o600)
    if (process.getuid?.() !== 0) chmodSync(join(dir, 'a.dump'), 0)
    expect((await asNobody(() => scan(settings()))).fault).toMatchObject({ kind: 'denied' })
  })
})

describe('a stamp', () => {
  const stamp = (content: string, text: string, more: Parameters<typeof scanOf>[2] = {}) => {
    put('latest.ok', 2 * HOUR, text)
    return scan({ stamp: 'latest.ok', content }, more)
  }

  test('its mtime, also of an empty one', async () => {
    const { points, end, checks } = await stamp('mtime', '')
    expect(points).toEqual([expect.objectContaining({ id: '2026-11-20T10:00:00Z', recoverableTo: NOW - 2 * HOUR })])
    expect(checks[0]?.detail).toBe(`the mtime of ${dir}/latest.ok`)
    expect(end).toMatchObject({ points: 'newest' })
  })

  test.each([
    ['time', '\n 2026-11-20T09:00:00+00:00 \nmore\n'],
    ['unix', '1795165200\n'],
  ])('the %s that is written in it', async (content, text) => {
    const { points } = await stamp(content, text)
    expect(points).toEqual([
      expect.objectContaining({
        id: '2026-11-20T09:00:00Z',
        recoverableTo: NOW - 3 * HOUR,
        completedAt: NOW - 2 * HOUR,
      }),
    ])
  })

  test.each([
    ['time', '1795165200'],
    ['unix', '2026-11-20T09:00:00Z'],
    ['time', ''],
    ['time', 'x'.repeat(5000)],
    ['unix', 'NaN'],
  ])('as %s, "%.20s" proves nothing; what was known before stays', async (content, text) => {
    expect((await stamp(content, text)).points).toEqual([expect.objectContaining({ state: 'implausible' })])
    const before = await stamp(content, content === 'unix' ? '1795165200' : '2026-11-20T09:00:00Z')
    const after = await stamp(content, text, { memory: before.memory })
    expect(after.points.map(({ state }) => state)).toEqual(['implausible', 'complete'])
    expect(after.points[1]?.recoverableTo).toBe(NOW - 3 * HOUR)
    expect(after.memory).toEqual(before.memory)
  })

  test('not there in its folder: no backup yet; without its folder: a failure to look', async () => {
    expect((await scan({ stamp: 'latest.ok' })).said.map(({ kind }) => kind)).toEqual(['resource', 'scope-complete'])
    expect((await scan({ stamp: 'gone/latest.ok' })).fault).toMatchObject({ kind: 'not-found' })
    expect((await scan({ stamp: '.' })).fault).toMatchObject({
      kind: 'unreadable',
      advice: expect.stringContaining('path'),
    })
  })
})
