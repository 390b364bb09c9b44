import { createHash } from 'node:crypto'
import { z } from 'zod'
import { digestOf, type Expected, expectedChecksum } from './checksum.ts'
import type { Found } from './found.ts'

const checksumMemory = z.object({ verified: z.record(z.string(), z.boolean()) })
type ChecksumMemory = z.infer<typeof checksumMemory>

/**
 * Holds good points, newest first, against the checksums beside their files. Content is read from the newest on until one
 * is right: those before it have had their turn when they were the newest, and what was found is remembered.
 */
export async function verify(
  root: string,
  newestFirst: readonly Found[],
  signal: AbortSignal,
  memory: unknown,
): Promise<{ points: Found[]; memory: ChecksumMemory }> {
  const parsed = checksumMemory.safeParse(memory)
  const known = new Map(parsed.success ? Object.entries(parsed.data.verified) : [])
  const verified: Record<string, boolean> = {}
  const points: Found[] = []
  let proven = false
  for (const found of newestFirst) {
    const path = `${root}/${found.id}`
    const expected = await expectedChecksum(path)
    if (!expected) {
      points.push({ ...found, state: 'pending', problem: 'no checksum stands beside it (yet)' })
      continue
    }
    const key = memoryKey(found, expected)
    let right = known.get(key) ?? null
    if (right === null && !proven) right = await isRight(path, found, expected, signal)
    if (right !== null) verified[key] = right
    proven ||= right === true
    if (right === false)
      points.push({
        ...found,
        state: 'implausible',
        problem: `its content is not what ${expected.sidecar} says: it is damaged, or was changed`,
      })
    else if (proven) points.push(found)
    else points.push({ ...found, state: 'pending', problem: 'it was changed while it was read' })
  }
  return { points, memory: { verified } }
}

/** Null: it is being changed. */
async function isRight(path: string, found: Found, expected: Expected, signal: AbortSignal): Promise<boolean | null> {
  const digest = await digestOf(
    { path, sizeBytes: found.sizeBytes, modifiedAt: found.completedAt },
    expected.algorithm,
    signal,
  )
  return digest === null ? null : digest === expected.digest
}

function memoryKey({ id, sizeBytes, completedAt }: Found, { algorithm, digest }: Expected): string {
  const text = [id, sizeBytes, completedAt, algorithm, digest].join('\0')
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}
