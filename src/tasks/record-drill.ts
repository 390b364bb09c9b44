import { suggest } from '../config/suggest.ts'
import type { Drill, DrillPhase, DrillRecord } from '../domain/drill.ts'
import { type Instant, instant, plus, toIso } from '../domain/instant.ts'
import { CLOCK_SKEW_MS } from '../inventory/sighting.ts'
import { formatDuration } from '../lib/duration.ts'
import { equal } from '../lib/equal.ts'
import { redact } from '../lib/redact.ts'
import type { TaskContext } from './context.ts'

/** A drill as a person tells of it. */
export type DrillInput = Omit<Drill, 'id' | 'origin' | 'recordedAt' | 'recordedBy' | 'reference'> & {
  /** Chosen by whoever sends it, so that what is sent twice is recorded once; null: one is made. */
  id: string | null
  /** Why it replaces another. */
  reason: string | null
}

/** What is wrong with one part of what was told. */
export interface DrillProblem {
  /** As the API calls it: "rta_seconds". */
  field: string
  message: string
  suggestion?: string
}

export type DrillRecorded =
  | { outcome: 'recorded'; drill: DrillRecord }
  | { outcome: 'refused'; problems: readonly DrillProblem[] }

export type DrillWithdrawn = { outcome: 'withdrawn' | 'ended'; drill: DrillRecord } | { outcome: 'unknown' }

type DrillContext = Pick<TaskContext, 'store' | 'clock' | 'config' | 'newId' | 'log'>

/** Keeps what a person tells of a drill, once it is held against itself and what is known. */
export async function recordDrill(
  input: DrillInput,
  recordedBy: string,
  context: DrillContext,
): Promise<DrillRecorded> {
  const now = instant(context.clock.now())
  const corrected = input.replaces === null ? null : await context.store.read.drill(input.replaces)
  const problems = [...(await strangersIn(input, corrected, context)), ...contradictionsIn(input, now)]
  if (problems.length > 0) return { outcome: 'refused', problems }
  const { reason, ...told } = input
  const drill = recordOf(told, corrected, recordedBy, context.newId(), now)
  const outcome = await context.store.write(async (tx): Promise<DrillRecorded> => {
    const known = await tx.drillForUpdate(drill.id)
    if (known !== null)
      return equal(known, drill, ['recordedAt', 'ended'])
        ? { outcome: 'recorded', drill: known }
        : refused('id', `There is a drill ${drill.id} already, which says something else: leave the id out.`)
    if (drill.replaces !== null) {
      const before = await tx.drillForUpdate(drill.replaces)
      if (before === null) return refused('replaces', `There is no drill "${drill.replaces}" to correct.`)
      if (before.ended !== null) return refused('replaces', endedText(before))
    }
    await tx.addDrills([drill], reason ?? 'corrected')
    return { outcome: 'recorded', drill: { ...drill, ended: null } }
  })
  if (outcome.outcome === 'recorded')
    context.log.info({ drill: drill.id, service: drill.service, outcome: drill.outcome }, 'a drill was recorded')
  return outcome
}

/** The record stays, and does not count any more. */
export function withdrawDrill(
  id: string,
  by: string,
  reason: string,
  context: Pick<TaskContext, 'store' | 'clock' | 'log'>,
): Promise<DrillWithdrawn> {
  return context.store.write(async (tx): Promise<DrillWithdrawn> => {
    const drill = await tx.drillForUpdate(id)
    if (drill === null) return { outcome: 'unknown' }
    if (drill.ended !== null) return { outcome: 'ended', drill }
    const ended = { at: instant(context.clock.now()), by, reason: redact(reason), replacedBy: null }
    await tx.endDrill(id, ended)
    return { outcome: 'withdrawn', drill: { ...drill, ended } }
  })
}

export function endedText({ id, ended }: DrillRecord): string {
  if (ended === null) return ''
  const since = `at ${toIso(ended.at)} by ${ended.by}: ${ended.reason}`
  return ended.replacedBy === null
    ? `The drill ${id} was withdrawn ${since}`
    : `The drill ${id} was replaced by ${ended.replacedBy} ${since}`
}

function refused(field: string, message: string): DrillRecorded {
  return { outcome: 'refused', problems: [{ field, message }] }
}

function recordOf(
  { id, ...told }: Omit<DrillInput, 'reason'>,
  corrected: DrillRecord | null,
  recordedBy: string,
  newId: string,
  now: Instant,
): Drill {
  return {
    ...told,
    id: id ?? newId,
    by: redact(told.by),
    note: told.note === null ? null : redact(told.note),
    checked: told.checked.map(redact),
    gaps: told.gaps.map(redact),
    origin: 'hand',
    // what failed was never back, however long it took
    rtaMs: told.rtaMs ?? (told.outcome === 'failed' ? null : elapsedMs(told.at, told.phases)),
    recordedAt: now,
    recordedBy,
    // its source shall not tell it anew
    reference: corrected?.reference ?? null,
  }
}

/**
 * How long the phases took together, from the start of the drill to the end of the last; null: there are none. One that does
 * not say when it began, began when the one before ended.
 */
export function elapsedMs(at: Instant, phases: readonly DrillPhase[]): number | null {
  if (phases.length === 0) return null
  let cursor: number = at
  let last: number = at
  for (const { startedAt, tookMs } of phases) {
    cursor = (startedAt ?? cursor) + tookMs
    last = Math.max(last, cursor)
  }
  return last - at
}

/** Names that nothing is called. */
async function strangersIn(
  { service, check, replaces }: DrillInput,
  corrected: DrillRecord | null,
  { store, config }: DrillContext,
): Promise<DrillProblem[]> {
  const problems: DrillProblem[] = []
  if (replaces !== null && corrected === null)
    problems.push({ field: 'replaces', message: `There is no drill "${replaces}" to correct.` })
  if (service === null && check === null)
    problems.push({ field: 'service', message: 'Say what was restored: a service, or a check.' })
  // what it was of need not be there any more
  if (service !== null && service !== corrected?.service) {
    const names = config().services.map(({ name }) => name)
    if (!names.includes(service)) problems.push(unknownService(service, names))
  }
  if (check !== null && check !== corrected?.check && (await store.read.check(check)) === null)
    problems.push({ field: 'check', message: `There is no check "${check}": backproof status --all lists them.` })
  return problems
}

const SHOWN = 20

function unknownService(name: string, names: readonly string[]): DrillProblem {
  const meant = suggest(name, names)
  const which =
    names.length === 0
      ? 'none is declared: write them under services: in the configuration'
      : meant === null
        ? `there are: ${names.slice(0, SHOWN).join(', ')}${names.length > SHOWN ? ', ...' : ''}`
        : `did you mean "${meant}"?`
  return {
    field: 'service',
    message: `There is no service "${name}": ${which}`,
    ...(meant !== null && { suggestion: meant }),
  }
}

/** People write down whole minutes. */
const ROUNDED_MS = 60_000

/** What can't be, by what else was told. */
function contradictionsIn({ at, outcome, phases, rtaMs, rpaMs }: DrillInput, now: Instant): DrillProblem[] {
  const problems: DrillProblem[] = []
  const latest = plus(now, CLOCK_SKEW_MS)
  const elapsed = elapsedMs(at, phases)
  const early = phases.findIndex(({ startedAt }) => startedAt !== null && startedAt < at)
  if (at > latest)
    problems.push({
      field: 'at',
      message: `It would have begun at ${toIso(at)}, and now is ${toIso(now)}: give the time at which it began.`,
    })
  else if (plus(at, Math.max(elapsed ?? 0, rtaMs ?? 0)) > latest)
    problems.push({
      field: rtaMs === null ? 'phases' : 'rta_seconds',
      message: `It began at ${toIso(at)} and would end at ${toIso(plus(at, Math.max(elapsed ?? 0, rtaMs ?? 0)))}, and now is ${toIso(now)}: is the start right?`,
    })
  if (early !== -1)
    problems.push({
      field: `phases.${early}.started_at`,
      message: `The phase "${phases[early]?.name ?? ''}" begins before the drill does (${toIso(at)}).`,
    })
  if (outcome === 'failed' && (rtaMs !== null || rpaMs !== null))
    problems.push({
      field: rtaMs === null ? 'rpa_seconds' : 'rta_seconds',
      message:
        'A drill that failed has no recovery time or point: nothing was recovered. Write down its phases, and the gaps.',
    })
  else if (rtaMs !== null && elapsed !== null && rtaMs + ROUNDED_MS < elapsed)
    problems.push({
      field: 'rta_seconds',
      message: `An RTA of ${formatDuration(rtaMs)} contradicts its phases, which took ${formatDuration(elapsed)} together: leave it out, and it is theirs.`,
    })
  return problems
}
