import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { type Instant, instant, toIso } from '../../domain/instant.ts'
import { codeOf } from '../../lib/error-code.ts'
import type { FilesLook, Found } from './found.ts'
import { LookError, lookError, shown } from './look-error.ts'
import { readSmall } from './open-file.ts'
import { fileTime, parseEpochSeconds, parseWrittenTime } from './times.ts'

const STAMP_MAX_BYTES = 4096

/**
 * Reads a stamp file: one point, or none where there is no such file in its folder. Throws LookError, also where there is
 * no folder: then it is not known whether the job has ever run.
 */
export async function lookAtStamp(
  path: string,
  { content, timeZone, memory }: { content: 'mtime' | 'time' | 'unix'; timeZone: string; memory: unknown },
): Promise<FilesLook> {
  const found = await statOrNull(path)
  if (!found) {
    await requireFolder(dirname(path))
    return { points: [], all: false }
  }
  if (!found.isFile())
    throw new LookError({
      kind: 'unreadable',
      message: `${shown(path)} is not a regular file, so it is no stamp.`,
      advice: 'For a folder of dumps write `path` instead of `stamp`.',
    })
  const touchedAt = fileTime(found.mtimeMs)
  const point: Found = {
    id: toIso(touchedAt),
    recoverableTo: touchedAt,
    completedAt: touchedAt,
    sizeBytes: null,
    state: 'complete',
    problem: null,
  }
  if (content === 'mtime') return { points: [point], all: false }

  const text = await readText(path)
  const line =
    text
      ?.split('\n')
      .find((part) => part.trim() !== '')
      ?.trim() ?? ''
  const writtenAt = content === 'unix' ? parseEpochSeconds(line) : parseWrittenTime(line, timeZone)
  if (writtenAt !== null)
    return { points: [stampedAt(point, writtenAt)], all: false, memory: { writtenAt } satisfies StampMemory }

  // a job that empties its stamp before it writes anew has not undone its last backup
  const known = stampMemory.safeParse(memory)
  const wanted = content === 'unix' ? 'epoch seconds' : 'a time in ISO 8601'
  const problem = line === '' ? 'the stamp is empty, or too long for a time' : `the stamp's first line is not ${wanted}`
  const points: Found[] = [{ ...point, state: 'implausible', problem }]
  if (known.success) points.push(stampedAt(point, instant(known.data.writtenAt)))
  return { points, all: false, memory }
}

const stampMemory = z.object({ writtenAt: z.number() })
type StampMemory = z.infer<typeof stampMemory>

function stampedAt(point: Found, at: Instant): Found {
  return { ...point, id: toIso(at), recoverableTo: at }
}

async function statOrNull(path: string) {
  try {
    return await stat(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw lookError(error, path)
  }
}

async function requireFolder(path: string): Promise<void> {
  const folder = await stat(path).catch((error: unknown) => {
    throw lookError(error, path)
  })
  if (!folder.isDirectory()) throw lookError(Object.assign(new Error('not a folder'), { code: 'ENOTDIR' }), path)
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readSmall(path, STAMP_MAX_BYTES)
  } catch (error) {
    // replaced between two looks at it: rename(2) leaves no such gap, deleting and writing anew does
    if (codeOf(error) === 'ENOENT') return ''
    throw lookError(error, path)
  }
}
