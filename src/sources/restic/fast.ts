import { readdir, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Instant, instant } from '../../domain/instant.ts'
import type { FaultKind, SourceFault } from '../../domain/source-fault.ts'
import { codeOf } from '../../lib/error-code.ts'
import { redact } from '../../lib/redact.ts'
import { environmentCredentials, openBucket, S3Error } from '../../lib/s3/index.ts'
import { SecretError } from '../../lib/secret.ts'
import type { ScanContext } from '../source.ts'
import type { Repository } from './config.ts'
import { environmentOf } from './environment.ts'
import type { Looked } from './full.ts'
import { failureDomain, keyOf, type Location } from './location.ts'
import type { SnapshotFacts } from './snapshots.ts'

/** Names of snapshots in a repository's folder; restic's unfinished uploads are called otherwise. */
const SNAPSHOT = /^[0-9a-f]{64}$/
const STATS_AT_ONCE = 32

/**
 * Lists `snapshots/` without the password. Of a repository that lists none, `config` must be there: else it is gone, not
 * empty. Null: this kind of storage can't be listed without restic.
 */
export async function readFast(repository: Repository, context: ScanContext): Promise<Looked | null> {
  const { location } = repository
  if (location.kind === 'other') return null
  try {
    const reading =
      location.kind === 'local' ? readLocal(location.path, context) : readS3(repository, location, context)
    const snapshots = await orAborted(reading, context.signal)
    return { groups: snapshots.length === 0 ? [] : [{ name: 'all', newestAt: newest(snapshots), snapshots }] }
  } catch (error) {
    return { fault: faultOf(error, repository) }
  }
}

class GoneError extends Error {
  override name = 'GoneError'
}
class AbortedError extends Error {
  override name = 'AbortedError'
}

async function readLocal(path: string, context: ScanContext): Promise<SnapshotFacts[]> {
  const root = resolve(context.directory, path)
  const config = await statOrNull(resolve(root, 'config'))
  if (!config?.isFile()) throw new GoneError(`there is no file "config" in ${root}`)
  const folder = resolve(root, 'snapshots')
  if (!(await statOrNull(folder))) return []
  const names = (await readdir(folder)).filter((name) => SNAPSHOT.test(name))
  const snapshots: SnapshotFacts[] = []
  for (let i = 0; i < names.length && !context.signal.aborted; i += STATS_AT_ONCE) {
    const part = names.slice(i, i + STATS_AT_ONCE)
    const stats = await Promise.all(part.map((name) => statOrNull(resolve(folder, name))))
    // null: "restic forget" was quicker than we
    for (const [index, found] of stats.entries())
      if (found?.isFile()) snapshots.push(facts(part[index] ?? '', instant(found.mtimeMs), found.size))
  }
  return snapshots
}

async function statOrNull(path: string) {
  try {
    return await stat(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

async function readS3(
  repository: Repository,
  location: Location & { kind: 's3' },
  { directory, signal }: ScanContext,
): Promise<SnapshotFacts[]> {
  const env = environmentOf(repository, directory)
  // the address without a region stands for all of them
  const isGlobal = /^s3\.amazonaws\.com(?::443)?$/i.test(location.host)
  const bucket = openBucket({
    endpoint: isGlobal ? null : `${location.secure ? 'https' : 'http'}://${location.host}`,
    region: env.AWS_DEFAULT_REGION ?? env.AWS_REGION ?? failureDomain(location).region ?? undefined,
    bucket: location.bucket,
    credentials: environmentCredentials(env),
  })
  const folder = keyOf(location.prefix, 'snapshots/')
  const snapshots: SnapshotFacts[] = []
  for await (const page of bucket.list({ prefix: folder, signal }))
    for (const { key, lastModifiedAt, sizeBytes } of page.objects) {
      const name = key.slice(folder.length)
      // a copy: the page's strings share its memory
      if (SNAPSHOT.test(name)) snapshots.push(facts(Buffer.from(name).toString(), instant(lastModifiedAt), sizeBytes))
    }
  if (snapshots.length > 0) return snapshots
  const config = keyOf(location.prefix, 'config')
  for await (const page of bucket.list({ prefix: config, maxKeys: 1, signal }))
    if (page.objects[0]?.key === config) return []
    else break
  throw new GoneError(`there is no object "${config}" in the bucket ${location.bucket}`)
}

function facts(id: string, at: Instant, fileBytes: number): SnapshotFacts {
  // the file holds the snapshot's description alone: its size says nothing of the data
  return { id, at, completedAt: at, sizeBytes: null, problem: fileBytes === 0 ? 'its file is empty' : null }
}

function newest(snapshots: readonly SnapshotFacts[]): Instant {
  return snapshots.reduce((latest, { at }) => (at > latest ? at : latest), instant(0))
}

/** A dead network file system answers nobody and can't be interrupted: it is left alone then. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(new AbortedError())
  return new Promise((resolve, reject) => {
    const abort = () => reject(new AbortedError())
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

const BY_CODE: Record<string, [FaultKind, says: string, advice: string]> = {
  EACCES: ['denied', 'permission denied', 'let the account of Backproof read and list the folder'],
  EPERM: ['denied', 'permission denied', 'let the account of Backproof read and list the folder'],
  ENOTDIR: ['not-found', 'a part of the path is no folder', 'check the address'],
  ESTALE: ['network', 'the network file system has lost it', 'mount it again'],
  EIO: ['unreadable', 'the disk reports an error', 'check the disk'],
  EHOSTDOWN: ['network', 'the file server is down', 'check the file server'],
}

function faultOf(error: unknown, repository: Repository): SourceFault {
  const where = `${repository.name} (${repository.shownUrl})`
  if (error instanceof AbortedError) {
    const message = `listing the snapshots of ${where} took too long`
    return {
      kind: 'timeout',
      message,
      advice: 'check the storage from this machine; it is tried again at the next look',
    }
  }
  if (error instanceof GoneError) {
    const message = redact(`there is no repository at ${where}: ${error.message}`)
    return {
      kind: 'not-found',
      message,
      advice: 'check the address and that it is mounted; if so, the repository is gone',
    }
  }
  if (error instanceof S3Error) {
    const message = redact(`the snapshots of ${where} could not be listed: ${error.message}`)
    return { kind: error.kind, message, advice: error.advice }
  }
  if (error instanceof SecretError) {
    const message = redact(`a secret for ${where} can't be read: ${error.message}`)
    return { kind: 'credentials', message, advice: 'mend the reference in the configuration' }
  }
  const code = codeOf(error)
  if (code === null) throw error
  const [kind, says, advice] = BY_CODE[code] ?? ['unreadable', code, 'check the folder by hand']
  return { kind, message: redact(`the snapshots of ${where} could not be listed: ${says}`), advice }
}
