import type { EbsReader } from './fetch.ts'
import type { NewestSnapshots } from './snapshot.ts'
import type { VolumeFacts } from './volume.ts'
import { hoursOf, isWithin } from './window.ts'

const HOUR_MS = 3_600_000
/** Between two whole reads only what is new is asked for: what was deleted meanwhile is seen by the next whole one. */
const WHOLE_EVERY_MS = HOUR_MS
/** A snapshot may appear in lists some time after it was begun, and clocks differ. */
const OVERLAP_MS = 30 * 60_000
/** The most values that a filter takes. */
const VALUES = 200

/** What is known of the volumes of a region, kept between looks while this process lives. */
export interface EbsState {
  volumes: Map<string, VolumeFacts>
  newest: NewestSnapshots
  /** Epoch milliseconds of the last look, and of the last that read everything within the threshold. */
  readAt: number
  wholeAt: number
}

/**
 * Brings `state` up to date by what was begun since the last look: three requests, for new snapshots, for new volumes and
 * for what was being made. Volumes that have passed the threshold since the last whole read are asked for once more: they
 * may be gone. False: a whole read is due, or is cheaper; `state` is then of no use any more.
 */
export async function lookAgain(
  reader: EbsReader,
  state: EbsState,
  { now, maxAgeMs, isWanted }: { now: number; maxAgeMs: number; isWanted(volume: VolumeFacts): boolean },
): Promise<boolean> {
  const { volumes, newest, wholeAt, readAt } = state
  if (now < readAt || now - wholeAt >= WHOLE_EVERY_MS) return false
  const hours = hoursOf(readAt - OVERLAP_MS, now + HOUR_MS)
  const pending = [...newest.byVolume.values()].flatMap(({ other }) =>
    other?.state === 'pending' && !isWithin(other.startedAt, hours) ? [other.id] : [],
  )
  const late: string[] = []
  for (const volume of volumes.values()) {
    const turnsAt = (newest.byVolume.get(volume.id)?.completed?.startedAt ?? volume.bornAt ?? 0) + maxAgeMs
    if (turnsAt > wholeAt && turnsAt <= now && isWanted(volume)) late.push(volume.id)
  }
  if (pending.length > VALUES || late.length > VALUES) return false

  const [recentIsWhole, there] = await Promise.all([
    readRecent(reader, hours, newest),
    readThere(reader, late),
    readNewVolumes(reader, hours, volumes),
    readPending(reader, pending, newest),
  ])
  if (!recentIsWhole) return false
  for (const id of late)
    if (!there.has(id)) {
      volumes.delete(id)
      newest.byVolume.delete(id)
    }
  state.readAt = now
  return true
}

/** False: the filter was not kept to. */
async function readRecent(reader: EbsReader, hours: string[], newest: NewestSnapshots): Promise<boolean> {
  for await (const page of reader.snapshots([{ Name: 'start-time', Values: hours }]))
    for (const snapshot of page) {
      if (!isWithin(snapshot.startedAt, hours)) return false
      newest.add(snapshot)
    }
  return true
}

async function readNewVolumes(reader: EbsReader, hours: string[], volumes: Map<string, VolumeFacts>): Promise<void> {
  for await (const page of reader.volumes([{ Name: 'create-time', Values: hours }]))
    for (const volume of page) volumes.set(volume.id, volume)
}

/** What was being made is done, has failed, or was given up. */
async function readPending(reader: EbsReader, ids: readonly string[], newest: NewestSnapshots): Promise<void> {
  if (ids.length === 0) return
  const left = new Set(ids)
  for await (const page of reader.snapshots([{ Name: 'snapshot-id', Values: [...ids] }]))
    for (const snapshot of page) {
      left.delete(snapshot.id)
      newest.add(snapshot)
    }
  for (const known of newest.byVolume.values()) if (known.other && left.has(known.other.id)) known.other = null
}

/** Which of these volumes are still there. */
async function readThere(reader: EbsReader, ids: readonly string[]): Promise<Set<string>> {
  const there = new Set<string>()
  if (ids.length === 0) return there
  for await (const page of reader.volumes([{ Name: 'volume-id', Values: [...ids] }]))
    for (const { id } of page) there.add(id)
  return there
}
