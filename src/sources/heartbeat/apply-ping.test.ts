import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CheckFacts, NO_FACTS } from '../../domain/facts.ts'
import { instant } from '../../domain/instant.ts'
import type { Json } from '../../domain/json.ts'
import { PING_KINDS, type Ping } from '../../domain/ping.ts'
import type { RecoveryPoint } from '../../domain/recovery-point.ts'
import { applyPing, lastDurationMs, type PingRules } from './apply-ping.ts'

const MINUTE = 60_000
const T0 = Date.parse('2026-11-20T02:00:00Z')
const RULES: PingRules = { graceMs: 60 * MINUTE, pointFromStart: false }
const [A, B] = ['aaaaaaaa-0000-4000-8000-000000000000', 'bbbbbbbb-0000-4000-8000-000000000000']

type Report = { kind: Ping['kind']; at: number; rid?: string | null; status?: number; body?: string; id?: string }
interface State {
  facts: CheckFacts
  memory: Json
  points: RecoveryPoint[]
}
const NEW: State = { facts: NO_FACTS, memory: null, points: [] }

/** `at` in minutes after T0. */
function apply(state: State, { kind, at, rid = null, status, body, id }: Report, rules = RULES): State {
  const ping: Ping = {
    id: id ?? `p${at}`,
    check: 'jobs/nightly',
    at: instant(T0 + at * MINUTE),
    kind,
    runId: rid,
    exitStatus: status ?? null,
    body: body ?? null,
    remote: null,
  }
  const { facts, memory, point } = applyPing(state, ping, rules)
  // what is kept goes through the database as JSON
  return { facts, memory: JSON.parse(JSON.stringify(memory)), points: point ? [...state.points, point] : state.points }
}

/** Reports in short: "start@1:A success@5:A=0" is kind, minute, run and exit status. */
function reported(story: string | Report[], rules = RULES): State {
  const reports = typeof story === 'string' ? story.split(' ').map(parseReport) : story
  return reports.reduce((state, report) => apply(state, report, rules), NEW)
}

function parseReport(word: string): Report {
  const [, name, at, run, status] = /^(\w+)@(\d+)(?::(A|B))?(?:=(\d+))?$/.exec(word) ?? []
  const kind = PING_KINDS.find((each) => each === name)
  if (!kind) throw new Error(`not a report: ${word}`)
  const rid = run === undefined ? null : run === 'A' ? A : B
  return { kind, at: Number(at), rid, ...(status !== undefined && { status: Number(status) }) }
}

/** In minutes after T0. */
function seen({ facts }: State) {
  const minutes = (at: number | null | undefined) => (at == null ? null : (at - T0) / MINUTE)
  return {
    good: minutes(facts.newestGood?.recoverableTo),
    failed: minutes(facts.newestFailure?.at),
    running: minutes(facts.running?.since),
    overdue: minutes(facts.running?.overdueAt),
  }
}

describe('reports', () => {
  test.each<[string, string, number | null, number | null, number | null]>([
    // what, reports, the newest success, the newest failure, running since
    ['a success', 'success@1', 1, null, null],
    ['a start is no success', 'start@1', null, null, 1],
    ['a log is nothing', 'log@1=3', null, null, null],
    ['a failure', 'fail@1', null, 1, null],
    ['a success with a bad exit status is a failure', 'success@1=2', null, 1, null],
    ['start and success without ids', 'start@1 success@5', 5, null, null],
    ['start and success of one run', 'start@1:A success@5:A', 5, null, null],
    ['a success of another run leaves the first one running', 'start@1:A success@5:B', 5, null, 1],
    ['a success without an id ends all runs', 'start@1:A start@2:B success@5', 5, null, null],
    ['a success with an id does not end a run without one', 'start@1 success@5:A', 5, null, 1],
    ['a failure always ends what runs', 'start@1:A fail@5:B', null, 5, null],
    ['of several runs the oldest is overdue first', 'start@1:A start@3:B success@5:A', 5, null, 3],
    ['a repeated start is the same run', 'start@1:A start@9:A', null, null, 1],
    ['a start without an id is the next run', 'start@1 start@9', null, null, 9],
    ['a start is no recovery from a run that has never ended', 'success@0 start@1 start@90', 0, 61, 90],
    ['a start that is overtaken by its end does not begin the run again', 'success@5:A start@6:A', 5, null, null],
    ['so it is when the end was a failure', 'fail@5:A start@6:A', null, 5, null],
    ['nor does one that a failure of another run has ended', 'start@1:A fail@5:B start@6:A', null, 5, null],
    ['an older success makes nothing older', 'success@9 success@5', 9, null, null],
    ['nor does an older failure', 'fail@9 fail@5', null, 9, null],
    ['a success leaves an older failure as it was', 'fail@3 success@5', 5, 3, null],
    ['a success makes up for runs that were overdue before it', 'start@1:A success@90:B', 90, null, null],
  ])('%s', (_, story, good, failed, running) => {
    expect(seen(reported(story))).toEqual({ good, failed, running, overdue: running === null ? null : running + 60 })
  })

  test('a success is a recovery point of its time, and counts once', () => {
    const at = instant(T0 + 5 * MINUTE)
    const state = reported('start@1 success@5 success@5')
    expect(state.points[0]).toEqual({
      check: 'jobs/nightly',
      id: 'p5',
      recoverableTo: at,
      completedAt: at,
      sizeBytes: null,
      state: 'complete',
      problem: null,
    })
    expect(state.facts).toMatchObject({ newestGood: { id: 'p5', recoverableTo: at }, pointCount: 1 })
  })

  test('may be dated at the start of their run', () => {
    const rules = { ...RULES, pointFromStart: true }
    expect(reported('start@1 success@5', rules).points).toMatchObject([
      { recoverableTo: T0 + MINUTE, completedAt: T0 + 5 * MINUTE },
    ])
    expect(reported('success@5', rules).points).toMatchObject([{ recoverableTo: T0 + 5 * MINUTE }])
    // a failure since the start does not outlast the success, but one after it stands
    expect(seen(reported('fail@3 start@1 success@5', rules))).toMatchObject({ good: 1, failed: null })
    expect(seen(reported('fail@9 start@1 success@5', rules))).toMatchObject({ good: 1, failed: 9 })
  })

  test.each<[Report, string]>([
    [{ kind: 'fail', at: 1 }, 'the job reported a failure'],
    [{ kind: 'fail', at: 1, status: 2 }, 'exit status 2'],
    [{ kind: 'fail', at: 1, status: 2, body: 'copying\ndisk full\n\n' }, 'exit status 2: disk full'],
    [{ kind: 'fail', at: 1, body: '\u001b[31mred\u202e' }, 'the job reported a failure: \\u001b[31mred\\u202e'],
    [{ kind: 'fail', at: 1, body: 'x'.repeat(9000) }, `the job reported a failure: ${'x'.repeat(200)}...`],
    [
      { kind: 'fail', at: 1, body: 'postgres://bp:hunter2@db/x is gone' },
      'the job reported a failure: postgres://bp:[secret]@db/x is gone',
    ],
  ])('%j fails with its reason', (report, reason) => {
    expect(reported([report]).facts.newestFailure?.reason).toBe(reason)
  })

  test.each<[string, number | null]>([
    ['start@1 success@5', 4],
    ['start@1:A fail@3:A', 2],
    ['start@1:A start@2:B success@7:B', 5],
    ['start@1 success@5:A', null],
  ])('the last run of "%s" took %s minutes', (story, minutes) => {
    expect(lastDurationMs(reported(story).memory)).toBe(minutes && minutes * MINUTE)
  })

  test.each<Json>([null, 7, 'x', [], { runs: 3 }, { runs: [null, { since: 'x' }], ended: [4], lastDurationMs: 'y' }])(
    'a memory of %j is an empty one',
    (memory) => {
      expect(seen(apply({ ...NEW, memory }, { kind: 'start', at: 1 }))).toMatchObject({ running: 1 })
    },
  )

  test('starts without end fill nothing', () => {
    const starts = Array.from({ length: 500 }, (_, at): Report => ({ kind: 'start', at: at / 100, rid: `run-${at}` }))
    const state = reported([...starts, { kind: 'success', at: 10, rid: 'run-499' }])
    expect(JSON.stringify(state.memory).length).toBeLessThan(2000)
    expect(seen(state)).toMatchObject({ good: 10, running: 0 })
  })
})

describe('in whatever order', () => {
  const run = fc.record({ start: fc.integer({ min: 0, max: 20 }), end: fc.option(fc.integer({ min: 20, max: 50 })) })

  test('runs with ids of their own: what is unfinished is running', () => {
    fc.assert(
      fc.property(fc.array(run, { maxLength: 15 }), fc.infiniteStream(fc.nat()), (runs, order) => {
        const reports = runs.flatMap(({ start, end }, index): Report[] => [
          { kind: 'start', at: start, rid: `run-${index}`, id: `s${index}` },
          ...(end === null ? [] : [{ kind: 'success' as const, at: end, rid: `run-${index}`, id: `e${index}` }]),
        ])
        // they arrive in any order, also an end before its start
        const shuffled = reports
          .map((report) => ({ report, key: order.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ report }) => report)
        const unfinished = runs.filter(({ end }) => end === null).map(({ start }) => start)
        const ends = runs.flatMap(({ end }) => (end === null ? [] : [end]))
        expect(seen(reported(shuffled))).toMatchObject({
          running: unfinished.length === 0 ? null : Math.min(...unfinished),
          good: ends.length === 0 ? null : Math.max(...ends),
        })
      }),
    )
  })

  test('the newest good point and the newest failure never get older', () => {
    const report = fc.record({
      kind: fc.constantFrom<Ping['kind'][]>('success', 'start', 'fail', 'log'),
      at: fc.integer({ min: 0, max: 500 }),
      rid: fc.constantFrom(null, A, B),
      status: fc.constantFrom(undefined, 0, 1),
    })
    fc.assert(
      fc.property(fc.array(report, { maxLength: 40 }), (reports) => {
        let state = NEW
        for (const each of reports) {
          const next = apply(state, each)
          expect(next.facts.newestGood?.recoverableTo ?? 0).toBeGreaterThanOrEqual(
            state.facts.newestGood?.recoverableTo ?? 0,
          )
          expect(next.facts.newestFailure?.at ?? 0).toBeGreaterThanOrEqual(
            next.points.length > state.points.length ? 0 : (state.facts.newestFailure?.at ?? 0),
          )
          state = next
        }
      }),
    )
  })
})
