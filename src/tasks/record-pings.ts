import { randomUUID } from 'node:crypto'
import type { Check } from '../domain/check.ts'
import { type Instant, instant } from '../domain/instant.ts'
import type { Ping, PingOutcome, PingReport } from '../domain/ping.ts'
import type { RecoveryPoint } from '../domain/recovery-point.ts'
import { batcher } from '../lib/batcher.ts'
import {
  applyPing,
  configuredHeartbeats,
  declaredHeartbeat,
  HeartbeatIndex,
  type Recipient,
  type Resolution,
} from '../sources/heartbeat/index.ts'
import type { CreatedHeartbeat, Writer } from '../store/store.ts'
import type { TaskContext } from './context.ts'
import { heartbeatCandidate } from './declare-heartbeats.ts'
import { type Candidate, judge } from './judge.ts'
import { tellCheckOutcomes } from './outgoing.ts'

export interface PingRecorder {
  /** Resolves once the report is durable. */
  record(report: PingReport): Promise<PingOutcome>
  /** Takes the configuration in force and the heartbeats that were made since. */
  reload(): Promise<void>
  /** Takes nothing more, and resolves when all that was taken is durable. */
  close(): Promise<void>
}

/** Reports of one commit. Each waits for the whole of it, so it may not grow without end. */
const MAX_BATCH = 500

/** Takes in reports of jobs: as many as come in while one commit runs are the next commit. */
export async function pingRecorder(context: TaskContext): Promise<PingRecorder> {
  let index = await readIndex()
  const closing = new AbortController()
  const group = batcher<PingReport, PingOutcome>(commit, { maxItems: MAX_BATCH })
  return {
    record: (report) => group.add(report),
    async reload() {
      index = await readIndex()
    },
    async close() {
      await group.close()
      closing.abort()
    },
  }

  /** A heartbeat that it would make may be there: another process has made it, or a reload came between. */
  async function commit(reports: readonly PingReport[]): Promise<PingOutcome[]> {
    const asked = index
    try {
      return await commitReports(reports, asked, context, closing.signal)
    } catch (error) {
      const makes = reports.filter(({ to }) => isNew(asked.resolve(to)))
      if (makes.length === 0) throw error
      index = await readIndex()
      if (makes.every(({ to }) => isNew(index.resolve(to)))) throw error
      return commitReports(reports, index, context, closing.signal)
    }
  }

  async function readIndex(): Promise<HeartbeatIndex> {
    return new HeartbeatIndex(configuredHeartbeats(context.config().sources), await context.store.read.heartbeats())
  }
}

const isNew = (resolution: Resolution): boolean => typeof resolution !== 'string' && 'create' in resolution

interface Addressed {
  report: PingReport
  recipient: Recipient
}

/** One transaction: pings, what is known of their heartbeats by them, the verdicts on these, and who is told. */
async function commitReports(
  reports: readonly PingReport[],
  index: HeartbeatIndex,
  context: TaskContext,
  signal: AbortSignal,
): Promise<PingOutcome[]> {
  const outcomes: PingOutcome[] = []
  const addressed: Addressed[] = []
  const created = new Map<string, CreatedHeartbeat>()
  const now = instant(context.clock.now())
  for (const report of reports) {
    const resolution = index.resolve(report.to)
    if (typeof resolution === 'string') {
      outcomes.push({ outcome: resolution })
      continue
    }
    const recipient = 'found' in resolution ? resolution.found : resolution.create
    if ('create' in resolution && !created.has(recipient.check)) {
      const { check, source, slug } = recipient
      created.set(check, { check, source, slug, uuid: randomUUID(), createdAt: now })
      outcomes.push({ outcome: 'created' })
    } else outcomes.push({ outcome: 'recorded' })
    addressed.push({ report, recipient })
  }
  if (addressed.length === 0) return outcomes
  const { turned, sooner, checks } = await context.store.write(async (tx) => {
    for (const heartbeat of created.values()) await tx.addHeartbeat(heartbeat)
    return take(tx, addressed, context, now)
  })
  for (const heartbeat of created.values()) index.add(heartbeat)
  if (turned) context.onDeliveries()
  // not each time: whoever it wakes asks the database, which is busy with pings
  if (sooner) context.onDue()
  // not awaited: whoever reports waits for our disk, not for somebody else's server
  void tellCheckOutcomes(checks, context.config(), { clock: context.clock, log: context.log, signal })
  return outcomes
}

async function take(
  tx: Writer,
  addressed: readonly Addressed[],
  context: TaskContext,
  now: Instant,
): Promise<{ checks: Check[]; turned: boolean; sooner: boolean }> {
  const ids = [...new Set(addressed.map(({ recipient }) => recipient.check))]
  const known = new Map((await tx.checksById(ids)).map((check) => [check.id, check]))
  const candidates = new Map<string, Candidate>()
  const pings: Ping[] = []
  const points: RecoveryPoint[] = []
  for (const { report, recipient } of addressed) {
    const { check: id, source, slug } = recipient
    const candidate = candidates.get(id) ?? candidateOf(known.get(id) ?? null, source, slug, now)
    const { to: _, ...told } = report
    const ping: Ping = { ...told, id: context.newId(), check: id, at: now }
    const { facts, memory, point } = applyPing(
      { facts: candidate.subject.facts, memory: candidate.memory },
      ping,
      recipient,
    )
    candidates.set(id, { ...candidate, subject: { ...candidate.subject, facts }, memory })
    pings.push(ping)
    if (point) points.push(point)
  }
  await tx.addPings(pings)
  await tx.savePoints(points, now)
  const checks = await judge(tx, [...candidates.values()], context, now)
  const sooner = await lookInTime(tx, checks)
  const turned = checks.some((check) => check.judgement.status !== known.get(check.id)?.judgement.status)
  return { checks, turned, sooner }
}

function candidateOf(previous: Check | null, source: string, slug: string, now: Instant): Candidate {
  const seen = declaredHeartbeat(source, slug, { ...previous?.resource.tags })
  return heartbeatCandidate(seen, source, previous, now)
}

/** The scope of each source is looked at when the first of its heartbeats is overdue. Whether that is sooner than before. */
async function lookInTime(tx: Writer, checks: readonly Check[]): Promise<boolean> {
  const first = new Map<string, Instant>()
  for (const { scope, judgement } of checks) {
    const at = judgement.changesAt
    if (at !== null && at < (first.get(scope) ?? Number.POSITIVE_INFINITY)) first.set(scope, at)
  }
  let sooner = false
  for (const [scope, at] of first) if (await tx.lookNoLaterThan(scope, at)) sooner = true
  return sooner
}
