import type { CheckFacts } from '../../domain/facts.ts'
import { type Instant, instant, plus, toIso } from '../../domain/instant.ts'
import type { Json } from '../../domain/json.ts'
import type { Ping } from '../../domain/ping.ts'
import type { RecoveryPoint } from '../../domain/recovery-point.ts'
import { printable } from '../../lib/printable.ts'
import { redact } from '../../lib/redact.ts'

export interface PingRules {
  /** How long a run may take, in milliseconds. */
  graceMs: number
  /** The recovery point is dated at the start of its run, not at the report of its success. */
  pointFromStart: boolean
}

/** A run that has begun and not ended. `id` null: the job does not number its runs, so there is one at most. */
type Run = { id: string | null; since: Instant }

type Memory = {
  /** Oldest first. */
  runs: Run[]
  /** Runs that have ended, so that a start that was overtaken by its end does not begin them again. Newest last. */
  ended: string[]
  lastDurationMs: number | null
}

/** Of runs at the same time. Later ones are not watched, but their ends count: an unending row of starts fills nothing. */
const MAX_RUNS = 20
const MAX_REASON_LENGTH = 200

/**
 * What is known of a heartbeat after a report. A success makes a recovery point; only a success does: "start" is no
 * success, "log" changes nothing. Success ends the run of its own id, or all runs when it names none; a failure ends all
 * runs, as Healthchecks has it (https://healthchecks.io/docs/measuring_script_run_time/). Reports that come twice or
 * late make nothing older.
 */
export function applyPing(
  check: { facts: CheckFacts; memory: Json },
  ping: Ping,
  { graceMs, pointFromStart }: PingRules,
): { facts: CheckFacts; memory: Json; point: RecoveryPoint | null } {
  const memory = readMemory(check.memory)
  const kind = ping.kind === 'success' && (ping.exitStatus ?? 0) !== 0 ? 'fail' : ping.kind
  if (kind === 'log') return { facts: check.facts, memory: check.memory, point: null }
  if (kind === 'start') {
    const runs = begin(memory, ping)
    const facts = { ...check.facts, newestFailure: afterStart(check.facts, memory.runs, runs, graceMs) }
    return { facts: withRuns(facts, runs, graceMs), memory: { ...memory, runs }, point: null }
  }

  const ownRun = memory.runs.find(({ id }) => id === ping.runId)
  const lastDurationMs = ownRun ? Math.max(0, ping.at - ownRun.since) : null
  const ended = ping.runId === null ? memory.ended : [...memory.ended, ping.runId].slice(-MAX_RUNS)
  if (kind === 'fail') {
    const failure = { at: ping.at, reason: failureReason(ping) }
    const known = check.facts.newestFailure
    const newestFailure = known && known.at > failure.at ? known : failure
    const all = memory.runs.flatMap(({ id }) => (id === null || id === ping.runId ? [] : [id]))
    return {
      facts: withRuns({ ...check.facts, newestFailure }, [], graceMs),
      memory: { runs: [], ended: [...all, ...ended].slice(-MAX_RUNS), lastDurationMs },
      point: null,
    }
  }

  const point = pointOf(ping, pointFromStart && ownRun ? ownRun.since : ping.at)
  const runs = memory.runs.filter(
    ({ id, since }) =>
      ping.runId !== null &&
      id !== ping.runId &&
      // what was overdue before this success has died, and is made up for
      since + graceMs > point.recoverableTo,
  )
  return {
    facts: withRuns(withPoint(check.facts, point), runs, graceMs),
    memory: { runs, ended, lastDurationMs },
    point,
  }
}

function begin(memory: Memory, { runId, at }: Ping): Run[] {
  if (runId !== null && memory.ended.includes(runId)) return memory.runs
  const known = memory.runs.find(({ id }) => id === runId)
  // a start that is repeated is the same run; without ids it is the next one, since the last one has died
  const since = known ? instant(runId === null ? Math.max(known.since, at) : Math.min(known.since, at)) : at
  const others = memory.runs.filter((run) => run !== known)
  return [...others, { id: runId, since }].toSorted((a, b) => a.since - b.since).slice(0, MAX_RUNS)
}

/** A run that was overdue stays a failure when the next one takes its place: a start is no recovery. */
function afterStart(
  { newestFailure }: CheckFacts,
  before: readonly Run[],
  after: readonly Run[],
  graceMs: number,
): CheckFacts['newestFailure'] {
  const [replaced] = before.filter((run) => run.id === null && !after.some((each) => each.since === run.since))
  const begun = after.find(({ id }) => id === null)
  if (!replaced || !begun || replaced.since + graceMs >= begun.since) return newestFailure
  const at = plus(replaced.since, graceMs)
  if (newestFailure && newestFailure.at >= at) return newestFailure
  return { at, reason: `the job that began at ${toIso(replaced.since)} has never ended` }
}

/** The oldest run is the one that will be overdue first. */
function withRuns(facts: CheckFacts, runs: readonly Run[], graceMs: number): CheckFacts {
  const [oldest] = runs
  return { ...facts, running: oldest ? { since: oldest.since, overdueAt: plus(oldest.since, graceMs) } : null }
}

function pointOf({ check, id, at }: Ping, recoverableTo: Instant): RecoveryPoint {
  return { check, id, recoverableTo, completedAt: at, sizeBytes: null, state: 'complete', problem: null }
}

function withPoint(facts: CheckFacts, point: RecoveryPoint): CheckFacts {
  const { newestGood, newestFailure } = facts
  if (newestGood?.id === point.id) return facts
  const isNewer = newestGood === null || point.recoverableTo > newestGood.recoverableTo
  // a success that is dated at its start may have been reported after a failure that is newer than that
  const madeUpFor =
    newestFailure !== null &&
    point.completedAt !== null &&
    newestFailure.at >= point.recoverableTo &&
    newestFailure.at < point.completedAt
  return {
    ...facts,
    newestGood: isNewer ? { id: point.id, recoverableTo: point.recoverableTo, sizeBytes: null } : newestGood,
    newestFailure: madeUpFor ? null : newestFailure,
    pointCount: facts.pointCount + 1,
  }
}

/** "exit status 2: disk full": the last words of a job's output say most. */
function failureReason({ exitStatus, body }: Ping): string {
  const status = exitStatus === null ? 'the job reported a failure' : `exit status ${exitStatus}`
  const lines = (body ?? '').split('\n').map((line) => line.trim())
  const last = lines.findLast((line) => line !== '')
  if (last === undefined) return status
  const words = printable(redact(last).slice(0, MAX_REASON_LENGTH).toWellFormed())
  return `${status}: ${words}${last.length > MAX_REASON_LENGTH ? '...' : ''}`
}

/** What was kept before; an older version's, or none, is an empty memory. */
function readMemory(memory: Json): Memory {
  const { runs, ended, lastDurationMs } = isObject(memory) ? memory : {}
  return {
    runs: (Array.isArray(runs) ? runs : []).flatMap((run: Json) => {
      if (!isObject(run) || typeof run.since !== 'number' || !Number.isFinite(run.since)) return []
      return [{ id: typeof run.id === 'string' ? run.id : null, since: instant(run.since) }]
    }),
    ended: (Array.isArray(ended) ? ended : []).filter((id: Json) => typeof id === 'string'),
    lastDurationMs: typeof lastDurationMs === 'number' ? lastDurationMs : null,
  }
}

function isObject(json: Json): json is { readonly [key: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

/** How long the last run took, from its start to its end, in milliseconds; null: it is not known. */
export function lastDurationMs(memory: Json): number | null {
  return readMemory(memory).lastDurationMs
}
