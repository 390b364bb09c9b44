import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aPolicy } from '../../test/fakes/policy.ts'
import { type CheckFacts, type CheckSubject, type Look, NO_FACTS, type Pause } from '../domain/facts.ts'
import { type Instant, instant } from '../domain/instant.ts'
import type { RecoveryPoint } from '../domain/recovery-point.ts'
import { newSighting, seePoint } from '../inventory/sighting.ts'
import { judgeStatus } from './status.ts'

const HOUR = 3_600_000
const NOW = instant(Date.parse('2026-11-20T12:00:00Z'))
const ago = (ms: number): Instant => instant(NOW - ms)
const FAULT: Look = { outcome: 'failed', fault: { kind: 'denied', message: 'access denied', advice: null }, tries: 1 }

function subject(facts: Partial<CheckFacts>, change: Partial<CheckSubject> = {}): CheckSubject {
  return {
    id: 'fleet/web',
    source: 'fleet',
    scope: 'fleet/web',
    type: 'restic',
    resource: { id: 'web', name: 'web', provider: null, account: null, region: null, tags: {} },
    detail: null,
    bornAt: null,
    firstSeenAt: NOW,
    facts: { ...NO_FACTS, ...facts },
    look: { outcome: 'complete' },
    paused: null,
    ...change,
  }
}

const good = (ageMs: number) => ({ newestGood: { id: 'p', recoverableTo: ago(ageMs), sizeBytes: 1 } })
const failure = (ageMs: number) => ({ newestFailure: { at: ago(ageMs), reason: 'exit status 1' } })
const paused = (forMs: number): Pause => ({ until: instant(NOW + forMs), by: 'ann', reason: null })

describe('the status of a check', () => {
  it.each([
    // facts, what else is known, policy, status, severity, changesAt in ms from now
    ['1 ms before the limit', good(24 * HOUR - 1), {}, {}, 'ok', null, 1],
    ['at the limit', good(24 * HOUR), {}, {}, 'ok', null, 0],
    ['1 ms after the limit', good(24 * HOUR + 1), {}, {}, 'stale', 'warning', null],
    ['stale, of tier 1', good(25 * HOUR), {}, { tier: 1 }, 'stale', 'critical', null],
    ['stale, of tier 2', good(25 * HOUR), {}, { tier: 2 }, 'stale', 'warning', null],
    ['1 ms before warn_at', good(19.2 * HOUR - 1), {}, { warnAt: 0.8 }, 'ok', null, 1],
    ['at warn_at', good(19.2 * HOUR), {}, { warnAt: 0.8 }, 'ok', null, 0],
    ['1 ms after warn_at', good(19.2 * HOUR + 1), {}, { warnAt: 0.8 }, 'due', 'info', 4.8 * HOUR - 1],
    ['nothing there', {}, {}, {}, 'missing', 'critical', null],
    ['a failure since the last good', { ...good(HOUR), ...failure(1) }, {}, {}, 'failed', 'warning', 23 * HOUR],
    ['a failure before the last good', { ...good(HOUR), ...failure(HOUR + 1) }, {}, {}, 'ok', null, 23 * HOUR],
    ['a failure at the last good', { ...good(HOUR), ...failure(HOUR) }, {}, {}, 'ok', null, 23 * HOUR],
    ['a failure, and stale', { ...good(25 * HOUR), ...failure(1) }, {}, {}, 'failed', 'critical', null],
    ['a failure, and nothing good', failure(1), {}, {}, 'failed', 'critical', null],
    ['blind, nothing known', {}, { look: FAULT }, {}, 'error', null, null],
    ['blind, within the limit', good(HOUR), { look: FAULT }, {}, 'error', null, 23 * HOUR],
    ['blind, past the limit', good(25 * HOUR), { look: FAULT }, {}, 'stale', 'warning', null],
    [
      'blind, past the limit after a failure',
      { ...good(25 * HOUR), ...failure(1) },
      { look: FAULT },
      {},
      'stale',
      'critical',
      null,
    ],
    ['paused', good(25 * HOUR), { paused: paused(1) }, {}, 'paused', null, 1],
    ['a pause that has just ended', good(25 * HOUR), { paused: paused(0) }, {}, 'stale', 'warning', null],
    ['new, at the end of its grace', {}, { bornAt: ago(24 * HOUR) }, {}, 'due', null, 0],
    ['new, past its grace', {}, { bornAt: ago(24 * HOUR + 1) }, {}, 'missing', 'critical', null],
    [
      'new, with a grace of its own',
      {},
      { bornAt: ago(HOUR) },
      { newResourceGraceMs: HOUR - 1 },
      'missing',
      'critical',
      null,
    ],
    [
      'running, within its grace',
      { ...good(HOUR), running: { since: ago(5), overdueAt: instant(NOW + 7) } },
      {},
      {},
      'ok',
      null,
      7,
    ],
    [
      'running for too long',
      { ...good(HOUR), running: { since: ago(5), overdueAt: ago(1) } },
      {},
      {},
      'failed',
      'warning',
      23 * HOUR,
    ],
    [
      'running for too long, with a good one since',
      { ...good(HOUR), running: { since: ago(5 * HOUR), overdueAt: ago(2 * HOUR) } },
      {},
      {},
      'ok',
      null,
      23 * HOUR,
    ],
    [
      'running without a limit',
      { ...good(HOUR), running: { since: ago(5), overdueAt: null } },
      {},
      {},
      'ok',
      null,
      23 * HOUR,
    ],
  ] as const)('%s', (_, facts, known, asked, status, severity, changes) => {
    const verdict = judgeStatus(subject(facts, known), aPolicy(asked), NOW)
    expect({ status: verdict.status, severity: verdict.severity }).toEqual({ status, severity })
    expect(verdict.changesAt === null ? null : verdict.changesAt - NOW).toBe(changes)
  })

  it('turns just after changesAt, and not before', () => {
    const limit = fc.integer({ min: 1, max: 40 * 24 * HOUR })
    fc.assert(
      fc.property(
        limit,
        limit,
        fc.option(fc.double({ min: 0.01, max: 0.99, noNaN: true })),
        (age, maxAgeMs, warnAt) => {
          const asked = aPolicy({ threshold: { kind: 'age', maxAgeMs }, warnAt })
          const check = subject(good(age))
          const verdict = judgeStatus(check, asked, NOW)
          if (verdict.changesAt === null) return
          expect(judgeStatus(check, asked, verdict.changesAt).status).toBe(verdict.status)
          expect(judgeStatus(check, asked, instant(verdict.changesAt + 1)).status).not.toBe(verdict.status)
        },
      ),
    )
  })

  it('names what is there and does not count', () => {
    const rejected = { newestRejected: { at: ago(HOUR), reason: 'it is empty' } }
    expect(judgeStatus(subject(rejected), aPolicy(), NOW).reason).toMatch(
      /2026-11-20T11:00:00Z, does not count: it is empty\.$/,
    )
  })
})

const point = fc.record({
  check: fc.constant('fleet/web'),
  id: fc.string({ maxLength: 3 }),
  recoverableTo: fc.integer({ min: NOW - 60 * HOUR, max: NOW + HOUR }).map(instant),
  completedAt: fc.constant(null),
  sizeBytes: fc.option(fc.nat(5)),
  state: fc.constantFrom<RecoveryPoint['state']>('complete', 'pending', 'failed', 'implausible'),
  problem: fc.option(fc.string({ maxLength: 2 })),
})

function fold(points: readonly RecoveryPoint[]): CheckFacts {
  const sighting = newSighting({ kind: 'resource', check: 'fleet/web', type: 'restic', resource: subject({}).resource })
  for (const seen of points) seePoint(sighting.facts, seen, NOW)
  return sighting.facts
}

describe('folding points into facts', () => {
  it('gives the same verdict in any order', () => {
    fc.assert(
      fc.property(
        fc
          .array(point)
          .chain((points) => fc.tuple(fc.constant(points), fc.shuffledSubarray(points, { minLength: points.length }))),
        ([points, shuffled]) => {
          const unsized = ({ newestGood, newestFuture, ...facts }: CheckFacts) => ({
            ...facts,
            good: newestGood?.recoverableTo,
            future: newestFuture?.recoverableTo,
          })
          expect(unsized(fold(shuffled))).toEqual(unsized(fold(points)))
          expect(judgeStatus(subject(fold(shuffled)), aPolicy(), NOW)).toEqual(
            judgeStatus(subject(fold(points)), aPolicy(), NOW),
          )
        },
      ),
    )
  })

  it('never lets a failed look make anything missing or ok', () => {
    fc.assert(
      fc.property(fc.array(point), (points) => {
        const { status } = judgeStatus(subject(fold(points), { look: FAULT }), aPolicy(), NOW)
        expect(['error', 'stale']).toContain(status)
      }),
    )
  })

  it('notices each change of the points by its digest', () => {
    const base: RecoveryPoint = {
      check: 'c',
      id: 'a',
      recoverableTo: NOW,
      completedAt: null,
      sizeBytes: 1,
      state: 'complete',
      problem: null,
    }
    const digests = [
      [],
      [base],
      [base, base],
      [{ ...base, id: 'b' }],
      [{ ...base, sizeBytes: 2 }],
      [{ ...base, state: 'pending' as const }],
    ].map((points) => fold(points).pointDigest)
    expect(new Set(digests).size).toBe(digests.length)
  })

  it.each([
    [5 * 60_000, true],
    [5 * 60_000 + 1, false],
  ])('a point %i ms ahead of our clock is good: %s', (ahead, isGood) => {
    const facts = fold([
      {
        check: 'c',
        id: 'a',
        recoverableTo: instant(NOW + ahead),
        completedAt: null,
        sizeBytes: 1,
        state: 'complete',
        problem: null,
      },
    ])
    expect(facts.newestGood !== null).toBe(isGood)
    expect(facts.newestFuture !== null).toBe(!isGood)
  })
})
