import { Readable } from 'node:stream'
import type { EC2Client, Filter } from '@aws-sdk/client-ec2'
import type { MiddlewareStack } from '@smithy/types'
import type { Account } from '../account.ts'
import { clientConfig, watchRequests } from '../client.ts'
import { listed, pages } from '../pages.ts'
import { type ScannedPage, scanSnapshots, scanVolumes } from './scan-body.ts'
import { type SnapshotFacts, fromSdk as snapshotOf } from './snapshot.ts'
import { factsOf, type VolumeFacts, fromSdk as volumeOf } from './volume.ts'

/** The most that EC2 gives a page. */
const PAGE = 1000

export interface EbsReader {
  volumes(filters?: Filter[]): AsyncGenerator<readonly VolumeFacts[]>
  /** Those that the account owns. */
  snapshots(filters?: Filter[]): AsyncGenerator<readonly SnapshotFacts[]>
  close(): void
}

export interface EbsReaderOptions {
  account: Account
  region: string
  signal: AbortSignal
  /** False: the SDK reads every answer itself. */
  scanBodies?: boolean
  /** False: requests wait for nothing (a benchmark against a local server). */
  limited?: boolean
}

export async function openEbs(options: EbsReaderOptions): Promise<EbsReader> {
  const { account, region, signal, scanBodies = true, limited = true } = options
  const sdk = await import('@aws-sdk/client-ec2')
  // each API has its own bucket, and so its own client
  const open = (api: string): EC2Client => {
    const client = new sdk.EC2Client(clientConfig(account.options(region)))
    watchRequests(client.middlewareStack, { signal, ...(limited ? { limit: account.limit(region, api) } : {}) })
    return client
  }
  const forVolumes = open('DescribeVolumes')
  const forSnapshots = open('DescribeSnapshots')
  const sent = { abortSignal: signal }

  /** Has the body of an answer read by `scan`; what the SDK then reads is nothing. */
  function scanInstead<T, I extends object, O extends object>(
    stack: MiddlewareStack<I, O>,
    scan: (body: Buffer) => ScannedPage<T> | null,
    nothing: Buffer,
  ): () => ScannedPage<T> | null {
    let scanned: ScannedPage<T> | null = null
    if (scanBodies)
      stack.add(
        (next) => async (args) => {
          const result = await next(args)
          const body = await bodyOf(result.response)
          scanned = body && scan(body)
          if (body) replaceBody(result.response, scanned ? nothing : body)
          return result
        },
        { step: 'deserialize', priority: 'low', name: 'backproofScan' },
      )
    return () => scanned
  }

  return {
    volumes: (Filters) =>
      pages('the list of volumes', (NextToken) =>
        account.ask('ec2:DescribeVolumes', region, signal, async () => {
          const command = new sdk.DescribeVolumesCommand({ MaxResults: PAGE, Filters, NextToken })
          const scanned = scanInstead(command.middlewareStack, scanVolumes, NO_VOLUMES)
          const read = await forVolumes.send(command, sent)
          const page = scanned()
          if (page) return { items: page.items.flatMap(factsOf), next: page.next }
          const items = listed(read.Volumes, 'ec2:DescribeVolumes').flatMap((one) => factsOf(volumeOf(one)))
          return { items, next: read.NextToken }
        }),
      ),
    snapshots: (Filters) =>
      pages('the list of snapshots', (NextToken) =>
        account.ask('ec2:DescribeSnapshots', region, signal, async () => {
          const command = new sdk.DescribeSnapshotsCommand({ OwnerIds: ['self'], MaxResults: PAGE, Filters, NextToken })
          const scan = (body: Buffer) => scanSnapshots(body, Filters === undefined)
          const scanned = scanInstead(command.middlewareStack, scan, NO_SNAPSHOTS)
          const read = await forSnapshots.send(command, sent)
          const items = () => listed(read.Snapshots, 'ec2:DescribeSnapshots').map(snapshotOf)
          return scanned() ?? { items: items(), next: read.NextToken }
        }),
      ),
    close() {
      forVolumes.destroy()
      forSnapshots.destroy()
    },
  }
}

/** What the SDK's own reading is given where ours has succeeded. */
const NO_SNAPSHOTS = Buffer.from('<DescribeSnapshotsResponse></DescribeSnapshotsResponse>')
const NO_VOLUMES = Buffer.from('<DescribeVolumesResponse></DescribeVolumesResponse>')

/** The whole body of an answer of success; null: it is none, and its body is left alone. Rejects when it is cut. */
async function bodyOf(response: unknown): Promise<Buffer | null> {
  if (typeof response !== 'object' || response === null) return null
  if (!('statusCode' in response) || response.statusCode !== 200 || !('body' in response)) return null
  const { body } = response
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  if (!(body instanceof Readable)) return null
  const parts: Buffer[] = []
  const stream: AsyncIterable<unknown> = body
  for await (const part of stream) if (part instanceof Buffer) parts.push(part)
  return Buffer.concat(parts)
}

function replaceBody(response: unknown, body: Buffer): void {
  if (typeof response === 'object' && response !== null && 'body' in response) response.body = body
}
