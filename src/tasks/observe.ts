import { type Instant, toIso } from '../domain/instant.ts'
import type { ObservedCheck } from '../domain/observation.ts'
import type { CheckId, RecoveryPoint } from '../domain/recovery-point.ts'
import type { Scope } from '../domain/scope.ts'
import type { SourceFault } from '../domain/source-fault.ts'
import { newSighting, type Sighting, seeDrill, seeFailure, seePoint, seeRun } from '../inventory/sighting.ts'
import { redact } from '../lib/redact.ts'
import type { PullSource, ScanContext } from '../sources/source.ts'

/** What one look at one scope has brought. Failed: nothing that was seen before the fault is believed. */
export type Outlook =
  | { outcome: 'complete'; sightings: Map<CheckId, Sighting>; points: PointBuffer; memory: unknown }
  | { outcome: 'failed'; fault: SourceFault }

/**
 * The points of a look, kept until their check is known to have changed. It holds some for each check and a fixed number
 * on top: what is beyond that is dropped from the history (never from the judgement), so that memory does not grow with points.
 */
export class PointBuffer {
  readonly whole: boolean
  readonly byCheck: Map<CheckId, RecoveryPoint[]>

  constructor(byCheck: Map<CheckId, RecoveryPoint[]>, whole: boolean) {
    this.byCheck = byCheck
    this.whole = whole
  }
}

const POINTS_PER_LOOK = 20_000
const POINTS_PER_CHECK = 4

/** What a source may take to stop, once it was told to: children are to be ended. */
const STOPS_WITHIN_MS = 30_000

/**
 * Reads one scope to its end. Never throws: what a source throws is a fault of ours. A source that is stuck (a network file
 * system that does not answer can't be told to stop) is left behind: it would be shown as it was last seen for ever.
 */
export async function observe(
  source: PullSource,
  scope: Scope,
  config: unknown,
  context: ScanContext,
): Promise<Outlook> {
  const { promise: stuck, resolve } = Promise.withResolvers<Outlook>()
  let timer: NodeJS.Timeout | undefined
  const onAbort = () => {
    const message = `The look at ${scope.id} was cut off, and did not stop: something that it reads does not answer.`
    const advice = 'Is it on a network file system whose server is gone?'
    timer = setTimeout(() => resolve(failed({ kind: 'timeout', message, advice })), STOPS_WITHIN_MS)
  }
  if (context.signal.aborted) onAbort()
  else context.signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([readWhole(source, scope, config, context), stuck])
  } finally {
    context.signal.removeEventListener('abort', onAbort)
    clearTimeout(timer)
  }
}

async function readWhole(source: PullSource, scope: Scope, config: unknown, context: ScanContext): Promise<Outlook> {
  const sightings = new Map<CheckId, Sighting>()
  const byCheck = new Map<CheckId, RecoveryPoint[]>()
  let kept = 0
  let dropped = false
  try {
    for await (const seen of source.scan(scope, config, context)) {
      switch (seen.kind) {
        case 'resource':
          sightings.set(seen.check, sightings.get(seen.check) ?? newSighting(clean(seen)))
          break
        case 'recovery-point': {
          seePoint(sightingOf(seen.point.check).facts, seen.point, context.now)
          if (kept >= POINTS_PER_LOOK + POINTS_PER_CHECK * sightings.size) {
            dropped = true
            break
          }
          kept += 1
          const points = byCheck.get(seen.point.check)
          if (points) points.push(seen.point)
          else byCheck.set(seen.point.check, [seen.point])
          break
        }
        case 'job-failure':
          seeFailure(sightingOf(seen.check).facts, { at: seen.at, reason: redact(seen.reason) })
          break
        case 'job-running':
          seeRun(sightingOf(seen.check).facts, seen)
          break
        case 'drill':
          seeDrill(sightingOf(seen.check).drills, seen)
          break
        case 'scope-failed':
          return failed(seen.fault)
        case 'scope-complete': {
          const points = new PointBuffer(byCheck, seen.points === 'all' && !dropped)
          return { outcome: 'complete', sightings, points, memory: undefined }
        }
      }
    }
    return failed({
      kind: 'internal',
      message: `The source ended its look at ${scope.id} without a word.`,
      advice: REPORT,
    })
  } catch (error) {
    if (context.signal.aborted)
      return failed({
        kind: 'timeout',
        message: `The look at ${scope.id} was cut off.`,
        advice: 'Raise `timeout` of the source.',
      })
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    context.log.error(
      { scope: scope.id, error: redact(error instanceof Error ? (error.stack ?? message) : message) },
      'a source broke',
    )
    return failed({ kind: 'internal', message: `The look at ${scope.id} broke: ${message}`, advice: REPORT })
  }

  function sightingOf(check: CheckId): Sighting {
    const sighting = sightings.get(check)
    if (!sighting) throw new Error(`something of ${check} came before its resource`)
    return sighting
  }
}

const REPORT = 'This is a bug of Backproof: please report it.'

function failed(fault: SourceFault): Outlook {
  return {
    outcome: 'failed',
    fault: { ...fault, message: redact(fault.message), advice: fault.advice && redact(fault.advice) },
  }
}

/** Names come from outside: a secret in them (a URL with its password) goes no further. */
function clean(seen: ObservedCheck): ObservedCheck {
  return {
    ...seen,
    resource: { ...seen.resource, id: redact(seen.resource.id), name: redact(seen.resource.name) },
    ...(seen.conditions && {
      conditions: seen.conditions.map((condition) => ({
        ...condition,
        reason: redact(condition.reason),
        advice: condition.advice && redact(condition.advice),
      })),
    }),
  }
}

/** Looks within this much before our own last one may come from clocks of several workers. */
const TOLERANCE_MS = 5 * 60_000
/** A jump back by more than this means that the earlier time was the wrong one. */
const BELIEVED_AFTER_MS = 24 * 3_600_000

/**
 * The fault of a clock that has jumped back behind our own last look: by such a clock fresh points would lie in the future
 * and old ones would be fresh, so nothing may be judged by it. Null: the clock is believed.
 */
export function clockFault(lastCompleteAt: Instant | null, now: Instant): SourceFault | null {
  if (lastCompleteAt === null) return null
  const behindMs = lastCompleteAt - now
  if (behindMs <= TOLERANCE_MS || behindMs > BELIEVED_AFTER_MS) return null
  return {
    kind: 'clock',
    message: `This machine's clock says ${toIso(now)}, but the last look was at ${toIso(lastCompleteAt)}: the clock has jumped back.`,
    advice: 'Nothing is judged until it has caught up. Check the time synchronisation of this machine.',
  }
}
