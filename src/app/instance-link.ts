import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { HttpError, request } from '../lib/http.ts'
import { rememberSecret } from '../lib/redact.ts'
import { UnavailableError, UsageError } from './errors.ts'

/**
 * How commands reach the instance that owns the embedded database (ADR 11): a file beside the database says where it listens, and
 * with which key. Who can read it can read the database as well.
 */
export interface InstanceLink {
  url: string
  key: string
}

const FILE = 'instance.json'
const linkFile = z.object({ url: z.url(), key: z.string().min(1) })

/** A key that is good as long as this process lives. */
export function newLinkKey(): string {
  const key = randomBytes(32).toString('base64url')
  rememberSecret(key)
  return key
}

/** Says where the instance is; what it gives back takes that back. */
export function announce(dataDir: string, { url, key }: InstanceLink): () => void {
  const path = join(dataDir, FILE)
  // whole or not at all, and for its owner alone from its first byte
  const fresh = `${path}.${process.pid}`
  rmSync(fresh, { force: true })
  writeFileSync(fresh, `${JSON.stringify({ url: reachable(url), key })}\n`, { mode: 0o600, flag: 'wx' })
  renameSync(fresh, path)
  return () => {
    if (instanceAt(dataDir)?.key === key) rmSync(path, { force: true })
  }
}

/** An address that stands for all of this machine's is reached by its own. */
function reachable(address: string): string {
  const url = new URL(address)
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1'
  if (url.hostname === '[::]') url.hostname = '[::1]'
  return url.origin
}

/** The instance that a file tells of; it may have been killed since. Null: none is told of. */
export function instanceAt(dataDir: string): InstanceLink | null {
  try {
    const link = linkFile.parse(JSON.parse(readFileSync(join(dataDir, FILE), 'utf8')))
    rememberSecret(link.key)
    return link
  } catch {
    return null
  }
}

const ANSWERS_WITHIN_MS = 30_000
const LONGEST_ANSWER_BYTES = 4 * 1024 * 1024
const problem = z.object({ detail: z.string() })

/**
 * Asks a running instance by its API. Null: none answers there (it was killed). Throws UsageError with its words when it refuses, and
 * UnavailableError when it can't.
 */
export async function askInstance<T>(
  { url, key }: InstanceLink,
  method: 'GET' | 'POST',
  path: string,
  answer: z.ZodType<T>,
  body?: object,
): Promise<T | null> {
  const response = await request({
    method,
    url: `${url}/api/v1${path}`,
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    timeoutMs: ANSWERS_WITHIN_MS,
    maxResponseBytes: LONGEST_ANSWER_BYTES,
  }).catch((error: unknown) => {
    if (!(error instanceof HttpError)) throw error
    if (error.kind === 'network') return null
    throw new UnavailableError(`the instance at ${url} does not answer: ${error.message}`, { cause: error })
  })
  // another program may listen there by now
  if (response === null || response.status === 401) return null
  const json = parsed(response.body)
  if (response.status === 200) {
    const read = answer.safeParse(json)
    if (read.success) return read.data
    throw new UnavailableError(`what the instance at ${url} answers can't be read: is it another version of Backproof?`)
  }
  const told = problem.safeParse(json).data?.detail ?? `it answers ${response.status}`
  if (response.status < 500) throw new UsageError(told)
  throw new UnavailableError(`the instance at ${url} can't do it: ${told}`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
