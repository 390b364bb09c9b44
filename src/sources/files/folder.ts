import type { Stats } from 'node:fs'
import { lstat, stat } from 'node:fs/promises'
import type { Instant } from '../../domain/instant.ts'
import { formatBytes } from '../../lib/bytes.ts'
import { formatDuration } from '../../lib/duration.ts'
import { codeOf } from '../../lib/error-code.ts'
import type { FilesLook, Found } from './found.ts'
import type { Glob } from './glob.ts'
import { lookError } from './look-error.ts'
import { Newest } from './newest.ts'
import { fileTime, type NameTime } from './times.ts'
import { verify } from './verify.ts'
import { walk } from './walk.ts'

/** Good points that are told, and others. */
const KEPT_GOOD = 100
const KEPT_OTHER = 20
/** Good points whose checksum is looked at. */
const KEPT_CHECKED = 20
/** System calls on their way. A mount that begins to hang takes as many of Node's four I/O threads: one stays free. */
const AT_ONCE = 3
/** What can hardly hang is asked for more at once: waking a thread costs ten times the call itself. */
const AT_ONCE_LOCAL = 64
/** A time that is further ahead than clocks differ is not one at which a file is being written. */
const SKEW_MS = 5 * 60_000

export interface FolderSettings {
  glob: Glob
  minSizeBytes: number
  minAgeMs: number
  time: NameTime | 'mtime'
  timeZone: string
  checksum: boolean
}

/** Reads a folder of dumps. Throws LookError where not all of it can be seen. */
export async function lookAtFolder(
  root: string,
  settings: FolderSettings,
  { now, signal, memory, isLocal }: { now: Instant; signal: AbortSignal; memory: unknown; isLocal: boolean },
): Promise<FilesLook> {
  const good = new Newest<Found>(settings.checksum ? KEPT_CHECKED : KEPT_GOOD, byTime)
  const other = new Newest<Found>(KEPT_OTHER, byTime)
  await each(walk(root, settings.glob, signal), isLocal ? AT_ONCE_LOCAL : AT_ONCE, async (relative) => {
    const candidate = await examine(root, relative, settings, now)
    if (!candidate) return
    // what is dated in the future is not good, however many there are of it
    const isGood = candidate.state === 'complete' && candidate.recoverableTo <= now + SKEW_MS
    ;(isGood ? good : other).add(candidate)
  })
  const all = !good.dropped && !other.dropped
  if (!settings.checksum) return { points: [...good.sorted(), ...other.sorted()], all }
  const verified = await verify(root, good.sorted(), signal, memory)
  return { points: [...verified.points, ...other.sorted()], all, memory: verified.memory }
}

function byTime(a: Found, b: Found): number {
  return a.recoverableTo - b.recoverableTo || (a.id > b.id ? 1 : a.id < b.id ? -1 : 0)
}

async function each(
  paths: AsyncIterable<string>,
  atOnce: number,
  work: (path: string) => Promise<void>,
): Promise<void> {
  let batch: string[] = []
  for await (const path of paths) {
    if (batch.push(path) < atOnce) continue
    await Promise.all(batch.map(work))
    batch = []
  }
  await Promise.all(batch.map(work))
}

/** Null: it has been deleted since it was listed. */
async function examine(root: string, relative: string, settings: FolderSettings, now: Instant): Promise<Found | null> {
  const path = `${root}/${relative}`
  const found = await statFile(path)
  if (!found) return null
  const { stats } = found
  const modifiedAt = fileTime(stats.mtimeMs)
  const namedAt = settings.time === 'mtime' ? modifiedAt : settings.time.read(relative, settings.timeZone)
  const candidate: Found = {
    id: relative,
    recoverableTo: namedAt ?? modifiedAt,
    completedAt: modifiedAt,
    sizeBytes: stats.size,
    state: 'complete',
    problem: null,
  }
  const not = (state: 'pending' | 'implausible', problem: string) => ({
    ...candidate,
    state,
    problem,
    completedAt: null,
  })
  if (found.dangling) return not('implausible', 'it is a link to nothing')
  if (!stats.isFile()) return not('implausible', 'it is not a regular file')
  const ageMs = now - modifiedAt
  if (ageMs < settings.minAgeMs && ageMs >= -SKEW_MS)
    return not(
      'pending',
      `it was written to less than ${formatDuration(settings.minAgeMs)} ago, so it may not be finished`,
    )
  if (stats.size < settings.minSizeBytes) {
    const less = `it has ${formatBytes(stats.size)}, less than min_size (${formatBytes(settings.minSizeBytes)})`
    return not('implausible', stats.size === 0 ? 'it is empty' : less)
  }
  if (namedAt === null) return not('implausible', 'its name has no time where the format in `time` expects it')
  return candidate
}

async function statFile(path: string): Promise<{ stats: Stats; dangling: boolean } | null> {
  try {
    return { stats: await stat(path), dangling: false }
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ELOOP') throw lookError(error, path)
  }
  try {
    const stats = await lstat(path)
    // a file may have come back in the meantime: the next look sees it
    return stats.isSymbolicLink() ? { stats, dangling: true } : null
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw lookError(error, path)
  }
}
