import { S3Error } from './error.ts'
import { type ListPage, parseListPage } from './list-page.ts'
import { isUnlocked, parseRetention, type Retention } from './retention.ts'
import { createSender, type Retry } from './send.ts'
import type { CredentialProvider } from './sign.ts'

export { environmentCredentials } from './credentials.ts'
export { S3Error } from './error.ts'
export { compareKeys } from './key-order.ts'
export type { ListPage, S3Object } from './list-page.ts'
export type { Retry } from './send.ts'
export type { CredentialProvider } from './sign.ts'

export interface BucketOptions {
  /** "https://s3.example.com:9000"; null or absent: Amazon's own, by region. */
  endpoint?: string | null | undefined
  /** Default us-east-1; a bucket of Amazon's elsewhere is followed there once. */
  region?: string | undefined
  bucket: string
  /** Default: by path, except at Amazon. */
  pathStyle?: boolean | undefined
  credentials: CredentialProvider
  retry?: Retry | undefined
  /** How long an answer may take to begin, and to go on. Default 30 s. */
  timeoutMs?: number | undefined
}

export interface ListOptions {
  prefix: string
  /** Only keys after this one, in the order of their UTF-8 bytes. */
  startAfter?: string | undefined
  delimiter?: string | undefined
  /** Keys a page; default and most: 1000. */
  maxKeys?: number | undefined
  signal?: AbortSignal | undefined
}

export interface Bucket {
  /**
   * Pages of the keys under `prefix`, one request each, in key order (directory buckets of S3 Express have none). Ends
   * only when the store has said that there is no more. Strings of a page share its memory: copy what you keep. Throws
   * S3Error.
   */
  list(options: ListOptions): AsyncIterable<ListPage>
  /** One object whole; larger than `maxBytes` is an error. Throws S3Error. */
  get(key: string, options: { maxBytes: number; signal?: AbortSignal | undefined }): Promise<Uint8Array>
  /** Until when an object is locked; null: it is not. Throws S3Error. */
  retention(key: string, options: { signal?: AbortSignal | undefined }): Promise<Retention | null>
}

/** 1000 keys of 1024 bytes, each byte percent-encoded, and what stands around them. */
const PAGE_BYTES = 16 * 2 ** 20
const RETENTION_BYTES = 65_536

/** Reads one bucket of S3 or of what speaks like it. Nothing is sent before the first page is asked for. */
export function openBucket(options: BucketOptions): Bucket {
  const { bucket, credentials, retry, timeoutMs } = options
  const region = options.region ?? 'us-east-1'
  const place = { endpoint: options.endpoint ?? null, region, bucket, pathStyle: options.pathStyle ?? null }
  const send = createSender(place, credentials, retry, timeoutMs)

  return {
    async *list({ prefix, startAfter, delimiter, maxKeys, signal }) {
      const what = `s3://${bucket}/${prefix}`
      const asked = { what, permission: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}`, region }
      const query: Record<string, string> = { 'list-type': '2', prefix, 'encoding-type': 'url' }
      if (startAfter !== undefined) query['start-after'] = startAfter
      if (delimiter !== undefined) query.delimiter = delimiter
      if (maxKeys !== undefined) query['max-keys'] = String(maxKeys)
      for (;;) {
        const body = await send({ query, maxBytes: PAGE_BYTES, signal, asked })
        const { objects, prefixes, next } = parseListPage(body.toString('utf8'), what)
        const stray = objects.find((object) => !object.key.startsWith(prefix))
        if (stray) throw new S3Error('unreadable', `${what}: the store answers with keys outside of the prefix`)
        yield { objects, prefixes, more: next !== null }
        if (next === null) return
        if (next === query['continuation-token'])
          throw new S3Error('unreadable', `${what}: the store hands out the same page again and again`)
        query['continuation-token'] = next
      }
    },

    async get(key, { maxBytes, signal }) {
      const asked = {
        what: `s3://${bucket}/${key}`,
        permission: 's3:GetObject',
        resource: `arn:aws:s3:::${bucket}/${key}`,
        region,
      }
      return await send({ key, query: {}, maxBytes, signal, asked })
    },

    async retention(key, { signal }) {
      const resource = `arn:aws:s3:::${bucket}/${key}`
      const asked = { what: `s3://${bucket}/${key}`, permission: 's3:GetObjectRetention', resource, region }
      try {
        const body = await send({ key, query: { retention: '' }, maxBytes: RETENTION_BYTES, signal, asked })
        return parseRetention(body.toString('utf8'), asked.what)
      } catch (error) {
        if (error instanceof S3Error && isUnlocked(error)) return null
        throw error
      }
    },
  }
}
