import type { ConfiguredSource } from '../config/config.ts'
import type { Finding } from '../domain/finding.ts'
import type { Incident } from '../domain/incident.ts'
import { type Instant, instant, plus } from '../domain/instant.ts'
import type { CheckStatus } from '../domain/status.ts'
import { sourceSubject, subjectOf } from '../domain/subject.ts'
import { BAD, FEWEST_CHECKS, FEWEST_POINTS, massChanges, WELL } from '../evaluation/services/mass-change.ts'
import { transition } from '../incidents/transition.ts'
import type { Reader } from '../store/store.ts'
import type { TaskContext } from './context.ts'
import { bySubject, retireUndeclared, saveTransitions } from './judge.ts'
import { underLease } from './under-lease.ts'

const LEASE_MS = 60_000
/** What changes within this time has changed together. */
const WINDOW_MS = 3_600_000
const RULE = 'mass-change'
const ADVICE =
  'Find the one cause before anything else runs: a schedule that stopped, a credential, a network, somebody who deletes. Keep what is left: stop prune and lifecycle jobs.'

/**
 * Whether much of one source broke at once: one incident of the source, which says what its many are about. It is over when the
 * checks are well again, or when a person says so; points that are gone don't come back, so those wait for a person.
 */
export async function judgeSources(context: TaskContext): Promise<void> {
  const now = instant(context.clock.now())
  const { read } = context.store
  const restless = await read.unrest(plus(now, -WINDOW_MS))
  const states = ['open', 'acknowledged'] as const
  const standing = await read.incidents({ kinds: ['source'], states }, MOST)
  const suspects = new Set(
    restless
      .filter(({ changed, gone }) => changed >= FEWEST_CHECKS || gone >= FEWEST_POINTS)
      .map(({ source }) => source),
  )
  const stood = new Set(standing.items.map(({ subject }) => subject))
  for (const subject of stood) suspects.add(subjectOf(subject).name)
  if (suspects.size === 0) return
  await underLease('sources', LEASE_MS, context, async (write) => {
    const findings: Finding[] = []
    for (const source of context.config().sources)
      if (suspects.has(source.name)) findings.push(await findingOf(source, read, now))
    await write(async (tx) => {
      const unresolved = bySubject(await tx.unresolvedOfKind('source'))
      const transitions = findings.flatMap((finding) => {
        const open = unresolved.get(finding.subject) ?? []
        // a person has closed it meanwhile
        if (open.length === 0 && stood.has(finding.subject)) return []
        return [transition(open, [finding], now, context.newId)]
      })
      const declared = new Set(context.config().sources.map(({ name }) => sourceSubject(name)))
      const gone = [...unresolved].filter(([subject]) => !declared.has(subject))
      await saveTransitions(tx, [...transitions, ...retireUndeclared(gone, context, now)], context, now)
    })
  })
  context.onDeliveries()
}

const MOST = 1000

async function findingOf({ name, owner, tags }: ConfiguredSource, read: Reader, now: Instant): Promise<Finding> {
  const subject = sourceSubject(name)
  const [last] = (await read.incidents({ subject }, 1)).items
  const stands = last !== undefined && last.state !== 'resolved'
  const { since, until } = windowOf(last, now)
  const { before, after, others, unwell } = await comparison(name, read, since, until)
  const found = massChanges(before, after, { others, stands })
  const finding = { subject, rule: RULE, changesAt: null, about: { owner, tier: null, tags } }
  if (found.length === 0 && stands && unwell >= FEWEST_CHECKS)
    return {
      ...finding,
      outcome: 'unknown',
      incident: null,
      reason: 'The checks that turned bad together can not be read now: whether they are well again, nobody knows.',
      evidence: {},
    }
  if (found.length === 0)
    return {
      ...finding,
      outcome: 'pass',
      incident: null,
      reason: `Fewer than ${FEWEST_CHECKS} of the checks that turned bad together are bad still.`,
      evidence: {},
    }
  return {
    ...finding,
    outcome: 'fail',
    incident: { type: 'SOURCE_MASS_CHANGE', severity: 'critical' },
    reason: found.map(({ reason }) => reason).join(' '),
    advice: ADVICE,
    evidence: Object.fromEntries(found.map(({ kind, checks }) => [kind, checks.slice(0, SHOWN)])),
  }
}

const SHOWN = 20

/** From an hour before it was found; what was over, or closed by a person, is not found again. */
function windowOf(last: Incident | undefined, now: Instant): { since: Instant; until: Instant } {
  if (last && last.state !== 'resolved') return { since: plus(last.openedAt, -WINDOW_MS), until: last.openedAt }
  const since = Math.max(now - WINDOW_MS, (last?.resolvedAt ?? 0) + 1)
  return { since: instant(since), until: now }
}

const UNMOVED: CheckStatus = 'ok'

/** The checks that have changed, as they were and as they are, and how much there is besides. */
async function comparison(source: string, read: Reader, since: Instant, until: Instant) {
  const [turns, losses, points, summary] = await Promise.all([
    read.turns(source, since),
    read.losses(source, since, until),
    read.pointCount(source),
    read.summary({ source }),
  ])
  const net = new Map(losses.map(({ check, gone, fresh }) => [check, Math.max(0, gone - fresh)]))
  const turned = turns.flatMap(({ check, from, to }) => (from === null ? [] : [{ check, from, to }]))
  const known = new Set(turned.map(({ check }) => check))
  // those whose points alone have changed count as well, before and after
  const thinned = [...net.keys()].filter((check) => !known.has(check))
  const all = [...turned, ...thinned.map((check) => ({ check, from: UNMOVED, to: UNMOVED }))]
  const well = [...WELL].reduce((sum, status) => sum + summary[status], 0)
  // what can't be read any more is not well again
  const unwell = turned.filter(({ from, to }) => WELL.has(from) && (BAD.has(to) || to === 'error')).length
  // those that only became well are among the others, as new ones are
  const wellTurned = turned.filter(({ from, to }) => WELL.has(from) && WELL.has(to)).length
  return {
    before: all.map(({ check, from }) => ({ id: check, status: from, pointCount: net.get(check) ?? 0 })),
    after: all.map(({ check, to }) => ({ id: check, status: to, pointCount: 0 })),
    unwell,
    others: { well: Math.max(0, well - wellTurned - thinned.length), points },
  }
}
