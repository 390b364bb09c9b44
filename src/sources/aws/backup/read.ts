import type { BackupConfig } from './config.ts'
import { resourceSelection, vaultSelection } from './config.ts'
import { type Existing, newExisting } from './existing.ts'
import type { PointFacts, ProtectedFacts, RestoreJobFacts } from './facts.ts'
import { type Feed, JOBS_REACH_MS, newFeed, readJobs } from './feed.ts'
import type { BackupReader } from './fetch.ts'
import { isKept, NewestCopies, NewestJobs } from './jobs.ts'
import { NewestPoints, newsOf, readNewPoints, readPoints, requestsForAll } from './points.ts'
import { doubtful, isSmall, rereadVault, type VaultRead } from './reread.ts'
import { Stocks } from './stock.ts'
import { inLanes } from './vaults/lanes.ts'
import type { VaultFacts } from './vaults/vault.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Where all recovery points can be read in so few requests, that is done every hour. */
const FEW = 10

/** What is known of one region, kept between looks while this process lives. */
export interface BackupState {
  resources: ProtectedFacts[]
  /** All that there are, as of the last look. */
  vaults: Map<string, VaultFacts>
  points: NewestPoints
  /** Of what had no good point within the threshold when all were last read. */
  stocks: Stocks
  /** When and how far the points of each vault were read. */
  reads: Map<string, VaultRead>
  /** The newest points that were looked for in vain since the last whole read. */
  sought: Set<string>
  wholeAt: number | null
  wholeEveryMs: number
  jobs: NewestJobs
  copies: NewestCopies
  /** Those of the last 30 days that have come to their end, by id. */
  restores: Map<string, RestoreJobFacts>
  existing: Existing
  feeds: { backup: Feed; copy: Feed; restore: Feed }
}

export const newState = (): BackupState => ({
  resources: [],
  vaults: new Map(),
  points: new NewestPoints(),
  stocks: new Stocks(),
  reads: new Map(),
  sought: new Set(),
  wholeAt: null,
  wholeEveryMs: DAY_MS,
  jobs: new NewestJobs(),
  copies: new NewestCopies(),
  restores: new Map(),
  existing: newExisting(),
  feeds: { backup: newFeed(), copy: newFeed(), restore: newFeed() },
})

/**
 * Brings `state` up to date. Of recovery points what is new is asked for, and all of a vault in which some may have been
 * deleted. What was read stays good where another request fails: the next look goes on from there.
 */
export async function readBackup(
  reader: BackupReader,
  state: BackupState,
  config: BackupConfig,
  { now, maxAgeMs }: { now: number; maxAgeMs: number },
): Promise<void> {
  const { feeds, jobs, copies, restores } = state
  const hasJobs = config.jobs !== false
  const backupJobs = hasJobs
    ? readJobs(reader.backupJobs, feeds.backup, now, (job) => jobs.add(job))
    : Promise.resolve()
  const reading = [backupJobs, readThere(reader, state, config, { now, maxAgeMs, jobsRead: backupJobs })]
  if (hasJobs)
    reading.push(
      readJobs(reader.copyJobs, feeds.copy, now, (job) => copies.add(job)),
      readJobs(reader.restoreJobs, feeds.restore, now, (job) => {
        if (job.isOver) restores.set(job.id, job)
      }),
    )
  // none goes on behind the back of the next look
  const done = await Promise.allSettled(reading)
  const failed = done.find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
  jobs.forget((id) => feeds.backup.open.has(id), now)
  copies.forget(now)
  for (const [id, { createdAt }] of restores) if (createdAt <= now - JOBS_REACH_MS) restores.delete(id)
}

/** Which resources there are, and their recovery points. */
async function readThere(
  reader: BackupReader,
  state: BackupState,
  config: BackupConfig,
  { now, maxAgeMs, jobsRead }: { now: number; maxAgeMs: number; jobsRead: Promise<void> },
): Promise<void> {
  const isWanted = resourceSelection(config)
  const isVaultWanted = vaultSelection(config)
  const sinceWhole = state.wholeAt === null ? Number.POSITIVE_INFINITY : now - state.wholeAt
  const isWhole = sinceWhole < 0 || sinceWhole >= state.wholeEveryMs
  const [resources, vaults] = await Promise.all([readResources(reader), readVaults(reader)])
  const selected = resources.filter(({ arn, type, name }) => isWanted({ arn, type, name: name ?? '' }))
  await jobsRead
  const there = new Set(resources.map(({ arn }) => arn))
  const made = unlisted(state, there, now).filter(
    ({ arn, type, name, lastVault }) => isVaultWanted(lastVault ?? '') && isWanted({ arn, type, name: name ?? '' }),
  )
  const asked = [...selected, ...made]
  const wanted = vaults.filter(({ name }) => isVaultWanted(name))
  state.vaults = new Map(vaults.map((vault) => [vault.name, vault]))
  if (isWhole) {
    const stocks = new Stocks()
    const take = (point: PointFacts) => stocks.add(point, now)
    state.points = await readPoints(reader, wanted, asked, { now, maxAgeMs, known: state.points, take })
    stocks.keep((arn) => (state.points.goodOf(arn)?.createdAt ?? 0) < now - maxAgeMs)
    state.stocks = stocks
    state.reads = new Map(wanted.map(({ name, pointCount }) => [name, { at: now, count: pointCount }]))
    state.resources = selected
    state.sought = new Set()
    state.wholeAt = now
    state.wholeEveryMs = requestsForAll(wanted) <= FEW ? HOUR_MS : DAY_MS
    return
  }
  const { points, reads, sought } = state
  // with its last recovery point it is taken off the list
  for (const { arn } of state.resources) if (!there.has(arn)) points.byResource.delete(arn)
  for (const name of reads.keys())
    if (!state.vaults.has(name)) {
      points.replace(name, new NewestPoints(), 0)
      reads.delete(name)
    }
  const news = newsOf(points, asked, isVaultWanted, sought)
  const hasNews = new Set(news.map(({ lastVault }) => lastVault))
  const again = doubtful(wanted, state, { resources: selected, hasNews, now })
  await inLanes(again, (vault) => rereadVault(reader, state, vault, { now, maxAgeMs }))
  const isRead = new Set(again.filter(isSmall).map(({ name }) => name))
  const unread = news.filter(({ arn, lastPoint }) => !points.has(arn, lastPoint))
  await readNewPoints(reader, points, unread, { isVaultWanted, isRead: (name) => isRead.has(name), sought })
  for (const { name, pointCount } of wanted) {
    const read = reads.get(name)
    if (read) read.count = pointCount
  }
  state.resources = selected
}

/** What is not on the list of protected resources, though a job made a recovery point of it that is to be kept: it is looked for. */
function unlisted({ jobs }: BackupState, listed: ReadonlySet<string>, now: number): ProtectedFacts[] {
  return [...jobs.byResource].flatMap(([arn, { type, name, completed }]) =>
    completed?.point && isKept(completed, now) && !listed.has(arn)
      ? [{ arn, type, name, lastAt: completed.createdAt, lastPoint: completed.point, lastVault: completed.vault }]
      : [],
  )
}

async function readResources(reader: BackupReader): Promise<ProtectedFacts[]> {
  // what comes or goes while pages are read may stand on two of them
  const found = new Map<string, ProtectedFacts>()
  for await (const page of reader.resources()) for (const one of page) found.set(one.arn, one)
  return [...found.values()]
}

async function readVaults(reader: BackupReader): Promise<VaultFacts[]> {
  const vaults: VaultFacts[] = []
  for await (const page of reader.vaults()) vaults.push(...page)
  return vaults
}

/** What has no recovery point within the threshold, and that no job tries to back up any more: it may be gone. */
export function forsaken({ resources, points, jobs }: BackupState, since: number): string[] {
  return resources.flatMap(({ arn, lastAt }) => {
    const newest = Math.max(points.goodOf(arn)?.createdAt ?? 0, lastAt ?? 0)
    const { failed = null, open } = jobs.byResource.get(arn) ?? {}
    const isTried = (open?.size ?? 0) > 0 || (failed !== null && failed.createdAt > newest)
    return newest >= since || isTried ? [] : [arn]
  })
}
