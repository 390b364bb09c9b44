import { createHash, type Hash } from 'node:crypto'
import { basename, dirname } from 'node:path'
import type { Instant } from '../../domain/instant.ts'
import { codeOf } from '../../lib/error-code.ts'
import { lookError } from './look-error.ts'
import { readSmall, withFile } from './open-file.ts'
import { fileTime } from './times.ts'

const ALGORITHMS: Record<number, string> = { 32: 'md5', 40: 'sha1', 64: 'sha256', 128: 'sha512' }
const BESIDE = ['sha256', 'sha256sum', 'sha512', 'sha512sum', 'sha1', 'sha1sum', 'md5', 'md5sum']
const IN_FOLDER = [
  'SHA256SUMS',
  'sha256sums.txt',
  'checksums.sha256',
  'SHA512SUMS',
  'SHA1SUMS',
  'MD5SUMS',
  'checksums.md5',
]
const SIDECAR_MAX_BYTES = 4 * 1_048_576
const CHUNK_BYTES = 256 * 1024
const MAX_UNFINISHED = 16

export interface Expected {
  algorithm: string
  digest: string
  sidecar: string
}

/** The checksum that stands beside a file, or in its folder's list; null: none does (yet). Throws LookError. */
export async function expectedChecksum(path: string): Promise<Expected | null> {
  const folder = dirname(path)
  const candidates = [...BESIDE.map((suffix) => `${path}.${suffix}`), ...IN_FOLDER.map((name) => `${folder}/${name}`)]
  for (const sidecar of candidates) {
    let text: string
    try {
      const small = await readSmall(sidecar, SIDECAR_MAX_BYTES)
      if (small === null) continue
      text = small
    } catch (error) {
      if (codeOf(error) === 'ENOENT') continue
      throw lookError(error, sidecar)
    }
    const digest = findDigest(text, basename(path), sidecar.startsWith(`${path}.`))
    if (digest) return { algorithm: ALGORITHMS[digest.length] ?? '', digest, sidecar: basename(sidecar) }
  }
  return null
}

/**
 * The digest of `name` in the output of md5sum, sha256sum (and their --tag) and the like. In a sidecar of this one file a
 * single line counts whatever it names: the dump may have been renamed since. Null: there is none.
 */
export function findDigest(text: string, name: string, isOwn: boolean): string | null {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'))
  for (const line of lines) {
    const [digest, named] = readLine(line)
    if (!digest || ALGORITHMS[digest.length] === undefined) continue
    if ((named !== null && basename(named) === name) || (isOwn && lines.length === 1)) return digest.toLowerCase()
  }
  return null
}

/** https://www.gnu.org/software/coreutils/manual/html_node/cksum-output-modes.html */
function readLine(line: string): [digest: string | null, name: string | null] {
  const tagged = /^\\?[A-Za-z0-9-]+ \((.*)\) = ([0-9a-fA-F]+)\s*$/.exec(line)
  const plain = /^\\?([0-9a-fA-F]+)(?:\s+[ *]?(.*?))?\s*$/.exec(line)
  const [digest, name] = tagged ? [tagged[2], tagged[1]] : [plain?.[1], plain?.[2]]
  // a leading backslash says that the name's own are doubled, and its line breaks written as \n
  const unescaped = line.startsWith('\\')
    ? name?.replace(/\\([\\nr])/g, (_, c: string) => (c === 'n' ? '\n' : c === 'r' ? '\r' : c))
    : name
  return [digest ?? null, unescaped ?? null]
}

/** Hashes that a time limit has cut, by file and algorithm: the next look goes on where the last one stopped. */
const unfinished = new Map<string, { hash: Hash; offset: number }>()

export interface FileVersion {
  path: string
  sizeBytes: number | null
  modifiedAt: Instant | null
}

/**
 * The digest of a file's content, in lower-case hex; null: it was changed while it was read, or the signal aborted. Reads
 * chunk by chunk; throws LookError.
 */
export async function digestOf(file: FileVersion, algorithm: string, signal: AbortSignal): Promise<string | null> {
  const key = [algorithm, file.sizeBytes, file.modifiedAt, file.path].join(' ')
  const begun = unfinished.get(key) ?? { hash: createHash(algorithm), offset: 0 }
  unfinished.delete(key)
  try {
    return await withFile(file.path, async (handle) => {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
      while (!signal.aborted) {
        const { bytesRead } = await handle.read(chunk, 0, chunk.length, begun.offset)
        if (bytesRead === 0) break
        begun.hash.update(chunk.subarray(0, bytesRead))
        begun.offset += bytesRead
      }
      const { size, mtimeMs } = await handle.stat()
      if (size !== file.sizeBytes || fileTime(mtimeMs) !== file.modifiedAt) return null
      if (begun.offset >= size) return begun.hash.digest('hex')
      if (unfinished.size >= MAX_UNFINISHED) unfinished.clear()
      unfinished.set(key, begun)
      return null
    })
  } catch (error) {
    throw lookError(error, file.path)
  }
}
