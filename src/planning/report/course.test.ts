import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Instant, instant } from '../../domain/instant.ts'
import { type CheckStatus, STATUSES } from '../../domain/status.ts'
import { type CheckPast, courseOfCheck, courseOfCopy, courseOfService, type Frame, frameOf } from './course.ts'
import { lengths, type Piece, STATES, union } from './pieces.ts'

const HOUR = 3_600_000
const T0 = Date.UTC(2026, 10, 1)
const h = (hours: number): Instant => instant(T0 + hours * HOUR)
const LIMIT = 24 * HOUR

const frame = (parts: Partial<Frame> = {}): Frame => ({
  period: { from: h(0), to: h(100) },
  watched: [{ from: h(-50), to: h(200) }],
  recordedFrom: h(-50),
  ...parts,
})
const past = (parts: Partial<Omit<CheckPast, 'covered'>> & { covered?: [number, number][] } = {}): CheckPast => ({
  firstSeenAt: h(-40),
  retiredAt: null,
  status: 'ok',
  since: h(-40),
  thresholdMs: LIMIT,
  changes: [],
  ...parts,
  covered: new Map([[LIMIT, (parts.covered ?? []).map(([from, to]) => ({ from: h(from), to: h(to) }))]]),
})
const change = (at: number, from: CheckStatus | null, to: CheckStatus) => ({ at: h(at), from, to })
const words = (pieces: readonly Piece<string>[]) =>
  pieces.map(({ from, to, state }) => `${(from - T0) / HOUR}-${(to - T0) / HOUR} ${state}`)
const course = (one: CheckPast, of: Frame = frame()) => words(courseOfCheck(one, LIMIT, of))

describe('one check', () => {
  test('is within while it is ok and somebody is there to see that it is', () => {
    expect(course(past())).toEqual(['0-100 within'])
    expect(course(past(), frame({ watched: [{ from: h(-50), to: h(60) }] }))).toEqual([
      '0-60 within',
      '60-100 unwatched',
    ])
  })

  test('is within while a point covers it, whoever was there, until it could not be read', () => {
    const gaps = frame({ watched: [{ from: h(-50), to: h(10) }] })
    expect(course(past({ covered: [[5, 90]] }), gaps)).toEqual(['0-90 within', '90-100 unwatched'])
    const blind = past({ status: 'error', since: h(50), changes: [change(50, 'ok', 'error')], covered: [[0, 100]] })
    expect(course(blind)).toEqual(['0-50 within', '50-100 unknown'])
  })

  test('is breached when it was seen to be late, missing or failed, and no point covers it', () => {
    const late = past({
      status: 'ok',
      changes: [change(10, 'ok', 'stale'), change(20, 'stale', 'missing'), change(30, 'missing', 'ok')],
      covered: [[28, 100]],
    })
    // the point is told when it is seen, and counts from when it was made
    expect(course(late)).toEqual(['0-10 within', '10-28 breached', '28-100 within'])
  })

  test('claims nothing of a stricter limit than its own threshold', () => {
    expect(course(past({ thresholdMs: 2 * LIMIT }))).toEqual(['0-100 unknown'])
    expect(course(past({ thresholdMs: 2 * LIMIT, covered: [[40, 100]] }))).toEqual(['0-40 unknown', '40-100 within'])
    // where points bear out that it was ok, they also tell that none was young enough
    const daily = past({ thresholdMs: 2 * LIMIT })
    const borne = {
      ...daily,
      covered: new Map([
        [LIMIT, [{ from: h(0), to: h(30) }]],
        [2 * LIMIT, [{ from: h(0), to: h(60) }]],
      ]),
    }
    expect(course(borne)).toEqual(['0-30 within', '30-60 breached', '60-100 unknown'])
    // due is also what has no point yet
    expect(course(past({ status: 'due' }))).toEqual(['0-100 unknown'])
  })

  test('is not known before the first record, nor where the record was removed', () => {
    expect(course(past(), frame({ recordedFrom: h(30) }))).toEqual(['0-30 unrecorded', '30-100 within'])
    expect(course(past({ covered: [[0, 100]] }), frame({ recordedFrom: null, watched: [] }))).toEqual([
      '0-100 unrecorded',
    ])
    const record = { spans: [{ from: h(-50), to: h(100) }], prunedBefore: h(40) }
    expect(frameOf({ from: h(0), to: h(100) }, record).recordedFrom).toBe(h(40))
  })

  test('counts from when it was first seen, and until it was retired', () => {
    expect(course(past({ firstSeenAt: h(30), changes: [change(30, null, 'ok')] }))).toEqual([
      '0-30 absent',
      '30-100 within',
    ])
    const late = past({ firstSeenAt: h(30), changes: [change(30, null, 'ok')] })
    expect(course(late, frame({ recordedFrom: h(5) }))).toEqual(['0-30 absent', '30-100 within'])
    // it came with the record: it was there before
    expect(course(late, frame({ recordedFrom: h(29) }))).toEqual(['0-29 unrecorded', '29-30 absent', '30-100 within'])
    expect(course(past({ retiredAt: h(70) }))).toEqual(['0-70 within', '70-100 gone'])
  })

  test('that was retired and came back is not known in between, but by its points', () => {
    const back = past({ changes: [change(10, 'stale', 'ok'), change(80, null, 'ok')], covered: [[8, 30]] })
    expect(course(back)).toEqual(['0-8 breached', '8-30 within', '30-80 unknown', '80-100 within'])
  })

  test('tells what was before the period by what came after it', () => {
    expect(course(past({ status: 'stale', changes: [change(150, 'ok', 'stale')] }))).toEqual(['0-100 within'])
    expect(course(past({ status: 'stale', since: h(-10) }))).toEqual(['0-100 breached'])
    expect(course(past({ status: 'stale', since: h(60) }))).toEqual(['0-60 unknown', '60-100 breached'])
  })
})

const piece = (from: number, to: number, state: Piece['state']): Piece => ({ from: h(from), to: h(to), state })

test('a copy is as good as its worst check, of those that are there', () => {
  const within = [piece(0, 100, 'within')]
  const of = (...checks: Piece<Piece['state'] | 'gone'>[][]) => words(courseOfCopy(checks, frame()))
  expect(of(within, [piece(0, 50, 'unknown'), piece(50, 100, 'breached')])).toEqual(['0-50 unknown', '50-100 breached'])
  expect(of(within, [piece(0, 50, 'absent'), piece(50, 100, 'paused')])).toEqual(['0-50 within', '50-100 paused'])
  expect(of([piece(0, 50, 'within'), { from: h(50), to: h(100), state: 'gone' }])).toEqual([
    '0-50 within',
    '50-100 unknown',
  ])
})

test('a service is as good as its best copy, and breached only where each was seen to be', () => {
  const of = (...copies: Piece[][]) => words(courseOfService(copies, frame()))
  const late = [piece(0, 100, 'breached')]
  expect(of(late, [piece(0, 50, 'within'), piece(50, 100, 'breached')])).toEqual(['0-50 within', '50-100 breached'])
  expect(of(late, [piece(0, 50, 'unknown'), piece(50, 100, 'absent')])).toEqual(['0-50 unknown', '50-100 breached'])
})

test('spans that overlap or touch are one', () => {
  const span = (from: number, to: number) => ({ from: h(from), to: h(to) })
  expect(union([span(5, 9), span(0, 3), span(3, 4), span(6, 7), span(8, 8)])).toEqual([span(0, 4), span(5, 9)])
})

const someSpans = fc
  .array(fc.tuple(fc.integer({ min: -60, max: 120 }), fc.integer({ min: 1, max: 40 })), { maxLength: 6 })
  .map((list) => union(list.map(([from, length]) => ({ from: h(from), to: h(from + length) }))))
const somePast = fc
  .record({
    firstSeen: fc.integer({ min: -60, max: 60 }),
    retired: fc.option(fc.integer({ min: 60, max: 140 })),
    turns: fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.constantFrom(...STATUSES), fc.boolean()), {
      maxLength: 8,
    }),
    covered: someSpans,
    thresholdMs: fc.constantFrom(LIMIT, 2 * LIMIT, null),
  })
  .map(({ firstSeen, retired, turns, covered, thresholdMs }): CheckPast => {
    // every check begins with its first status
    const changes: CheckPast['changes'][number][] = [{ at: h(firstSeen), from: null, to: 'ok' }]
    let [at, before]: [number, CheckStatus] = [firstSeen, 'ok']
    for (const [after, to, returns] of turns) {
      at += after
      changes.push({ at: h(at), from: returns ? null : before, to })
      before = to
    }
    return {
      firstSeenAt: h(firstSeen),
      retiredAt: retired === null ? null : h(retired),
      status: before,
      since: h(at),
      thresholdMs,
      changes,
      covered: new Map([[LIMIT, covered]]),
    }
  })
const someFrame = fc
  .record({ watched: someSpans, recorded: fc.option(fc.integer({ min: -60, max: 60 })) })
  .map(({ watched, recorded }) => frame({ watched, recordedFrom: recorded === null ? null : h(recorded) }))
const someService = fc.array(fc.array(somePast, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 })

/** Of a store that is asked for what happened since the start of the period. */
const asked = (one: CheckPast, of: Frame): CheckPast => ({
  ...one,
  changes: one.changes.filter(({ at }) => at >= of.period.from),
})
const serviceOf = (copies: CheckPast[][], of: Frame) =>
  courseOfService(
    copies.map((checks) =>
      courseOfCopy(
        checks.map((one) => courseOfCheck(asked(one, of), LIMIT, of)),
        of,
      ),
    ),
    of,
  )
const sum = (ms: Record<Piece['state'], number>) => STATES.reduce((total, state) => total + ms[state], 0)

describe('whatever happened', () => {
  test('the states of a service fill the period, without overlaps, and neighbours differ', () => {
    fc.assert(
      fc.property(someService, someFrame, (copies, of) => {
        const pieces = serviceOf(copies, of)
        expect(sum(lengths(pieces))).toBe(100 * HOUR)
        for (const [i, { from, state }] of pieces.entries()) {
          expect(from).toBe(pieces[i - 1]?.to ?? of.period.from)
          expect(pieces[i - 1]?.state).not.toBe(state)
        }
      }),
    )
  })

  test('a period is the sum of its parts', () => {
    fc.assert(
      fc.property(someService, someFrame, fc.integer({ min: 1, max: 99 }), (copies, of, middle) => {
        const [first, second, whole] = [{ from: h(0), to: h(middle) }, { from: h(middle), to: h(100) }, of.period].map(
          (period) => lengths(serviceOf(copies, { ...of, period })),
        )
        for (const state of STATES) expect((first?.[state] ?? 0) + (second?.[state] ?? 0)).toBe(whole?.[state])
      }),
    )
  })

  test('a breach more never makes it more compliant', () => {
    fc.assert(
      fc.property(someService, someFrame, fc.nat(), fc.integer({ min: 0, max: 90 }), (copies, of, which, at) => {
        const before = lengths(serviceOf(copies, of))
        // one check is seen to be missing for ten hours, and has no point then
        const all = copies.flat()
        const hit = all[which % all.length]
        const worse = copies.map((checks) =>
          checks.map((one) => (one === hit ? withBreach(one, h(at), h(at + 10)) : one)),
        )
        const after = lengths(serviceOf(worse, of))
        expect(after.within).toBeLessThanOrEqual(before.within)
        expect(after.breached).toBeGreaterThanOrEqual(before.breached)
      }),
    )
  })

  test('nobody there means nothing but points can speak for it', () => {
    fc.assert(
      fc.property(someService, (copies) => {
        const bare = copies.map((checks) => checks.map((one) => ({ ...one, covered: new Map() })))
        const ms = lengths(serviceOf(bare, frame({ watched: [] })))
        expect([ms.within, ms.breached]).toEqual([0, 0])
      }),
    )
  })
})

function withBreach(one: CheckPast, from: Instant, to: Instant): CheckPast {
  const statusAt = (at: Instant): CheckStatus | null => {
    const next = one.changes.find((each) => each.at > at)
    return next ? next.from : one.status
  }
  // what the record does not know before that instant stays unknown
  const turnsThere = one.changes.find(({ at }) => at === from)
  const [before, after] = [turnsThere ? turnsThere.from : statusAt(from), statusAt(to)]
  const turns = [
    { at: from, from: before, to: 'missing' as const },
    // what is not known from then on, the next turn says
    { at: to, from: 'missing' as const, to: after ?? ('missing' as const) },
  ]
  const rest = one.changes.filter(({ at }) => at < from || at >= to)
  const changes = [...rest.filter(({ at }) => at < from), ...turns, ...rest.filter(({ at }) => at >= to)]
  const covered = (one.covered.get(LIMIT) ?? []).flatMap((span) => [
    { from: span.from, to: instant(Math.min(span.to, from)) },
    { from: instant(Math.max(span.from, to)), to: span.to },
  ])
  return { ...one, changes, covered: new Map([[LIMIT, union(covered)]]) }
}
