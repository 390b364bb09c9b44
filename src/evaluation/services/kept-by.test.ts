import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Instant, instant } from '../../domain/instant.ts'
import type { Keep } from '../../domain/service.ts'
import { gapsOf, keptBy } from './kept-by.ts'

const NONE: Keep = { last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 }
const at = (text: string): Instant => instant(Date.parse(text))

/** Around ends of days, of ISO weeks, of months and years, and a leap day; two within one hour. */
const TIMES = [
  '2026-11-20T23:59:59Z',
  '2026-11-20T22:59:59Z',
  '2026-11-20T00:00:00Z',
  '2026-11-19T23:59:59Z',
  '2026-11-16T00:00:00Z',
  '2026-11-15T23:59:59Z',
  '2026-10-31T23:59:59Z',
  '2026-01-01T00:00:00Z',
  '2025-12-31T23:59:59Z',
  '2025-12-29T00:00:00Z',
  '2024-02-29T12:00:00Z',
  '2021-01-03T12:00:00Z',
  '2020-12-31T12:00:00Z',
  '2020-06-01T12:00:00Z',
]

const POLICIES: Partial<Keep>[] = [
  { last: 3 },
  { yearly: 10 },
  { weekly: 4, yearly: 2 },
  { last: 1, hourly: 24, daily: 7, weekly: 4, monthly: 12, yearly: 3 },
  { hourly: 3, daily: 3, monthly: 3 },
  { weekly: 100 },
]

const answer = z.array(z.object({ keep: z.array(z.object({ time: z.string() })).nullable() }))

describe('what restic keeps', () => {
  let folder: string
  async function restic(...args: string[]): Promise<string> {
    const env = { PATH: process.env.PATH, TZ: 'UTC', RESTIC_PASSWORD: 'test', HOME: folder }
    const { stdout } = await promisify(execFile)('restic', ['--no-cache', '-r', join(folder, 'repo'), ...args], { env })
    return stdout
  }
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'backproof-forget-'))
    await restic('init')
    writeFileSync(join(folder, 'file'), 'x')
    const waiting = TIMES.values()
    const lane = async () => {
      for (const time of waiting)
        await restic('backup', '--host', 'h', '--time', time.replace('T', ' ').replace('Z', ''), join(folder, 'file'))
    }
    await Promise.all([lane(), lane(), lane()])
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each(POLICIES.map((policy) => [JSON.stringify(policy), policy] as const))('of %s', async (_, wanted) => {
    const flags = Object.entries(wanted).flatMap(([kind, number]) => [`--keep-${kind}`, String(number)])
    const [group] = answer.parse(JSON.parse(await restic('forget', '--dry-run', '--json', ...flags)))
    const theirs = (group?.keep ?? []).map(({ time }) => new Date(time).toISOString()).sort()
    const points = TIMES.map((time) => ({ id: time, recoverableTo: at(time) }))
    const kept = keptBy({ ...NONE, ...wanted }, points).keys()
    expect([...kept].map(({ recoverableTo }) => new Date(recoverableTo).toISOString()).sort()).toEqual(theirs)
  })
})

describe('what is kept', () => {
  const keep = fc.record({
    last: fc.integer({ min: 0, max: 3 }),
    hourly: fc.integer({ min: 0, max: 5 }),
    daily: fc.integer({ min: 0, max: 5 }),
    weekly: fc.integer({ min: 0, max: 4 }),
    monthly: fc.integer({ min: 0, max: 4 }),
    yearly: fc.integer({ min: 0, max: 3 }),
  })
  const points = fc
    .uniqueArray(fc.integer({ min: at('2020-01-01'), max: at('2026-12-31') }), { maxLength: 40 })
    .map((times) => times.map((time) => ({ id: String(time), recoverableTo: instant(time) })))

  it('does not depend on the order, is kept again by the same policy, and never outnumbers it', () => {
    fc.assert(
      fc.property(keep, points, (policy, all) => {
        const kept = [...keptBy(policy, all).keys()]
        expect([...keptBy(policy, all.toReversed()).keys()]).toEqual(kept)
        expect([...keptBy(policy, kept).keys()]).toEqual(kept)
        expect(kept.length).toBeLessThanOrEqual(Object.values(policy).reduce((a, b) => a + b, 0))
      }),
    )
  })

  it('is all that -1 asks for', () => {
    const all = TIMES.map((time) => ({ recoverableTo: at(time), id: time }))
    expect(keptBy({ ...NONE, last: -1 }, all).size).toBe(all.length)
    expect([...keptBy({ ...NONE, yearly: -1 }, all).values()]).toHaveLength(5)
  })

  it('leaves no gap that was not there before', () => {
    fc.assert(
      fc.property(keep, points, (policy, all) => {
        const [since, now] = [at('2020-01-01'), at('2027-01-01')]
        expect(gapsOf(policy, [...keptBy(policy, all).keys()], since, now)).toEqual(gapsOf(policy, all, since, now))
      }),
    )
  })
})

it.each([
  ['hourly', '2026-11-20T11'],
  ['daily', '2026-11-19'],
  ['weekly', '2026-11-09'],
  ['monthly', '2026-10'],
  ['yearly', '2025'],
] as const)('the %s period before is called %s', (kind, name) => {
  const now = at('2026-11-20T12:34:56Z')
  expect(gapsOf({ ...NONE, [kind]: 2 }, [], at('2020-01-01'), now)).toEqual([{ kind, wanted: 2, missing: [name] }])
})

describe('gaps', () => {
  const now = at('2026-11-20T12:00:00Z')
  const daily = { ...NONE, daily: 4 }
  const on = (...days: number[]) => days.map((day) => ({ recoverableTo: at(`2026-11-${day}T02:00:00Z`) }))
  it.each([
    ['none', on(20, 19, 18, 17), '2026-01-01', []],
    ['the day that goes on may lack', on(19, 18, 17), '2026-01-01', []],
    ['a day lacks', on(20, 19, 17), '2026-01-01', ['2026-11-18']],
    ['nothing was there yet', on(20, 19), '2026-11-19', []],
    ['all lack', [], '2026-01-01', ['2026-11-19', '2026-11-18', '2026-11-17']],
  ] as const)('%s', (_, points, since, missing) => {
    const gaps = gapsOf(daily, points, at(since), now)
    expect(gaps.flatMap((gap) => gap.missing)).toEqual(missing)
  })
})
