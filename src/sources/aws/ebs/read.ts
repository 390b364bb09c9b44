import { z } from 'zod'
import { AwsError } from '../fault.ts'
import { FilterIgnoredError } from '../filter.ts'
import { wasteMemory } from '../waste.ts'
import type { EbsReader } from './fetch.ts'
import { Chains } from './orphans.ts'
import { NewestSnapshots, type SnapshotFacts } from './snapshot.ts'
import type { VolumeFacts } from './volume.ts'
import { isWithin, windowOf } from './window.ts'

/** Lists side by side. */
const LANES = 4
/** The most values that a filter takes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html */
const VALUES = 200
const FULL_EVERY_MS = 24 * 3_600_000
/** A snapshot this young may have come after its list was read. */
const SETTLED_AFTER_MS = 10 * 60_000

export const ebsMemory = z.object({
  /** When this scope was first seen. */
  since: z.number(),
  /** When all of its snapshots were last read, also those of volumes that are gone; null: never. */
  fullAt: z.number().nullable(),
  /** Whether the wildcards of start-time work here. */
  hasWindow: z.boolean(),
  /** What protects nothing, as of fullAt. */
  waste: wasteMemory.nullable(),
})
export type EbsMemory = z.output<typeof ebsMemory>

export interface EbsRead {
  volumes: Map<string, VolumeFacts>
  newest: NewestSnapshots
  memory: EbsMemory
}

export interface ReadOptions {
  now: number
  maxAgeMs: number
  /** How old the newest good snapshot of a volume is when those before it protect nothing any more. */
  staleAfterMs: number
  /** Whether to count what AWS Backup made: its own points tell more of it, where they are looked at. */
  withBackup: boolean
  memory: unknown
  isWanted(volume: VolumeFacts): boolean
}

/**
 * The volumes of a region, with the newest snapshots of each that is wanted. What was started within the threshold is
 * listed first, a few days at a time side by side; only of volumes that have nothing there all snapshots are looked up.
 * Once a day everything is read, so that snapshots of deleted volumes are counted too.
 */
export async function readVolumes(reader: EbsReader, options: ReadOptions): Promise<EbsRead> {
  const { now } = options
  const before = ebsMemory.safeParse(options.memory).data
  const memory: EbsMemory = before ?? { since: now, fullAt: null, hasWindow: true, waste: null }
  const age = now - (memory.fullAt ?? memory.since)
  const isFull = age >= FULL_EVERY_MS || age < 0 || !memory.hasWindow

  const there = readAllVolumes(reader)
  const listing = isFull ? readAll(reader, options, there) : readWindow(reader, options, there)
  const [volumes, listed] = await Promise.all([there, listing])
  const { newest, since } = listed
  // a list that turned out to be of everything is one
  if (since === null) {
    memory.fullAt = now
    memory.waste = listed.chains.waste({ now, volumes, isFresh: freshness(newest, options) })
    if (!isFull) memory.hasWindow = false
    return { volumes, newest, memory }
  }
  const left: string[] = []
  for (const volume of volumes.values()) {
    // what is younger than the window has no older snapshots
    if (newest.byVolume.get(volume.id)?.completed || (volume.bornAt ?? 0) >= since || !options.isWanted(volume))
      continue
    left.push(volume.id)
  }
  const missed = await lookUp(reader, left, newest, ({ volume, startedAt }) => {
    const isOfWindow = startedAt >= since && startedAt < now - SETTLED_AFTER_MS
    return isOfWindow && !newest.byVolume.has(volume)
  })
  // a filter that finds nothing where there is something does not work here
  if (missed) memory.hasWindow = false
  return { volumes, newest, memory }
}

type Volumes = ReadonlyMap<string, VolumeFacts>

async function readAllVolumes(reader: EbsReader): Promise<Map<string, VolumeFacts>> {
  const volumes = new Map<string, VolumeFacts>()
  for await (const page of reader.volumes()) for (const volume of page) volumes.set(volume.id, volume)
  return volumes
}

interface Listed {
  newest: NewestSnapshots
  /** From when on it is whole; null: from ever. */
  since: number | null
  chains: Chains
}

/** Whether a volume has a good snapshot that is not stale: what is found so stays so, whatever is added. */
function freshness(newest: NewestSnapshots, { now, staleAfterMs }: ReadOptions): (volume: string) => boolean {
  return (volume) => (newest.byVolume.get(volume)?.completed?.startedAt ?? 0) >= now - staleAfterMs
}

/**
 * As soon as it is known which volumes there are, the newest is kept only of these, and chains only of all others and of
 * those that have nothing fresh.
 */
async function readAll(reader: EbsReader, options: ReadOptions, volumes: Promise<Volumes>): Promise<Listed> {
  const newest = new NewestSnapshots()
  const chains = new Chains(options)
  const isFresh = freshness(newest, options)
  let there: Volumes | null = null
  const keepToThese = async () => {
    const all = await volumes
    there = all
    newest.forget((volume) => !all.has(volume))
    for (const volume of all.keys()) if (isFresh(volume)) chains.forget(volume)
  }
  // whoever asked for the volumes hears of it when these can't be read
  keepToThese().catch(() => undefined)
  const isThere = (volume: string) => there?.has(volume)
  for await (const page of reader.snapshots())
    for (const snapshot of page) {
      const { volume } = snapshot
      const isOfVolume = isThere(volume)
      const wasFresh = isFresh(volume)
      if (isOfVolume !== false) newest.add(snapshot)
      if (!isOfVolume || !isFresh(volume)) chains.add(snapshot)
      else if (!wasFresh) chains.forget(volume)
    }
  return { newest, since: null, chains }
}

async function readWindow(reader: EbsReader, options: ReadOptions, volumes: Promise<Volumes>): Promise<Listed> {
  const { now, maxAgeMs } = options
  const { since, parts } = windowOf(now, maxAgeMs, LANES)
  const newest = new NewestSnapshots()
  let isOver = false
  try {
    await Promise.all(
      parts.map(async (Values) => {
        for await (const page of reader.snapshots([{ Name: 'start-time', Values }]))
          for (const snapshot of page) {
            if (isOver) return
            if (!isWithin(snapshot.startedAt, Values)) throw new FilterIgnoredError()
            newest.add(snapshot)
          }
      }),
    )
    return { newest, since, chains: new Chains(options) }
  } catch (error) {
    isOver = true
    if (!(error instanceof FilterIgnoredError) && !isRefusedFilter(error)) throw error
    return await readAll(reader, options, volumes)
  }
}

function isRefusedFilter(error: unknown): boolean {
  return (
    error instanceof AwsError &&
    /^(?:InvalidParameter|InvalidFilter|FilterLimitExceeded|Unsupported)/.test(error.code ?? '')
  )
}

/** All snapshots of some volumes; whether there is any that `isMissed` says should have been known. */
async function lookUp(
  reader: EbsReader,
  volumes: readonly string[],
  newest: NewestSnapshots,
  isMissed: (snapshot: SnapshotFacts) => boolean,
): Promise<boolean> {
  let missed = false
  const batches = Array.from({ length: Math.ceil(volumes.length / VALUES) }, (_, n) =>
    volumes.slice(n * VALUES, (n + 1) * VALUES),
  ).values()
  const lane = async () => {
    for (const Values of batches)
      for await (const page of reader.snapshots([{ Name: 'volume-id', Values }])) {
        missed ||= Iterator.from(page).some(isMissed)
        for (const snapshot of page) newest.add(snapshot)
      }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return missed
}
