import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type Instant, parseInstant } from '../../domain/instant.ts'
import type { GroupKey } from './config.ts'

/** One snapshot as `restic snapshots --json` has it: only what is used, https://restic.readthedocs.io/en/stable/075_scripting.html#snapshots */
const snapshot = z.object({
  time: z.string(),
  id: z.string().regex(/^[0-9a-f]{64}$/),
  hostname: z.string().nullish(),
  paths: z.array(z.string()).nullish(),
  tags: z.array(z.string()).nullish(),
  summary: z
    .object({
      backup_end: z.string().optional().catch(undefined),
      total_files_processed: z.number().optional().catch(undefined),
      total_bytes_processed: z.number().optional().catch(undefined),
    })
    .nullish()
    .catch(undefined),
})

/** What is kept of a snapshot: there may be many. */
export interface SnapshotFacts {
  id: string
  at: Instant
  completedAt: Instant | null
  sizeBytes: number | null
  problem: string | null
}

/** The snapshots of one machine and its paths (or whatever they are grouped by). */
export interface SnapshotGroup {
  /** "HOST:/path1,/path2": stable, unique in its repository, without control characters. */
  name: string
  newestAt: Instant
  snapshots: SnapshotFacts[]
}

/** Takes snapshots one by one and sorts them into groups. */
export class SnapshotCollector {
  readonly #groupBy: readonly GroupKey[]
  readonly #groups = new Map<string, SnapshotGroup>()
  #count = 0

  constructor(groupBy: readonly GroupKey[]) {
    this.#groupBy = groupBy
  }

  get groups(): SnapshotGroup[] {
    return [...this.#groups.values()]
  }

  /** Throws Error where the snapshot can't be understood: then the repository was not read whole. */
  add(json: string): void {
    this.#count++
    const read = snapshot.safeParse(parse(json))
    const at = read.success ? parseInstant(read.data.time) : null
    if (!read.success || at === null) {
      const field = read.success ? 'time' : read.error.issues[0]?.path.join('.') || 'all of it'
      throw new Error(`snapshot ${this.#count} of the list can't be understood (${field})`)
    }
    const { id, hostname, paths, tags, summary } = read.data
    const values = { host: hostname ?? '', paths: sorted(paths), tags: sorted(tags) }
    const key = JSON.stringify(this.#groupBy.map((by) => values[by]))
    let group = this.#groups.get(key)
    if (!group) {
      group = { name: groupName(this.#groupBy, values, key), newestAt: at, snapshots: [] }
      this.#groups.set(key, group)
    }
    if (at > group.newestAt) group.newestAt = at
    group.snapshots.push({
      id,
      at,
      completedAt: summary?.backup_end ? parseInstant(summary.backup_end) : null,
      sizeBytes: summary?.total_bytes_processed ?? null,
      // an empty folder where a disk should have been mounted backs up without an error
      problem: summary?.total_files_processed === 0 ? 'the backup found no files' : null,
    })
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

function sorted(values: readonly string[] | null | undefined): string[] {
  return [...(values ?? [])].sort()
}

/** What must not stand in an id: control and format characters (terminals obey them), line breaks, lone surrogates. */
const UNFIT = /[\p{C}\p{Zl}\p{Zp}]/gu
const NAME_LENGTH = 200

/** Names that are cut, cleaned, or could be read in two ways get a digest of the whole, so that no two are alike. */
function groupName(
  groupBy: readonly GroupKey[],
  values: { host: string; paths: string[]; tags: string[] },
  key: string,
): string {
  const parts = groupBy.map((by) => (by === 'host' ? values.host : values[by].join(',')))
  const plain = parts.join(':') || 'unnamed'
  const ambiguous = [...values.paths, ...values.tags].some((text) => text.includes(',')) || /[:,~]/.test(values.host)
  const clean = plain.replace(UNFIT, '\uFFFD')
  if (clean === plain && plain.length <= NAME_LENGTH && !ambiguous && parts.join('') !== '') return plain
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 12)
  return `${clean.slice(0, NAME_LENGTH).toWellFormed()}~${digest}`
}
