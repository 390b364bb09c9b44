import type { EC2Client, Filter } from '@aws-sdk/client-ec2'
import type { MiddlewareStack } from '@smithy/types'
import type { Account } from '../account.ts'
import { clientConfig, watchRequests } from '../client.ts'
import { listed, pages } from '../pages.ts'
import { Body } from './body.ts'
import { type ScannedPage, scanVolumes } from './scan-body.ts'
import { SnapshotRows } from './scan-snapshots.ts'
import { type SnapshotFacts, fromSdk as snapshotOf } from './snapshot.ts'
import { isThere, type VolumeFacts, fromSdk as volumeOf } from './volume.ts'

/** The most that EC2 gives a page. */
const PAGE = 1000

export interface EbsReader {
  volumes(filters?: Filter[]): AsyncGenerator<readonly VolumeFacts[]>
  /** Those that the account owns. A page is there until the next is asked for. */
  snapshots(filters?: Filter[]): AsyncGenerator<Iterable<SnapshotFacts>>
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
  /** Those that no list is read into now. */
  const free: { body: Body; rows: SnapshotRows }[] = []

  /** Has the body of an answer read by `scan`; what the SDK then reads is nothing. */
  function scanInstead<T, I extends object, O extends object>(
    stack: MiddlewareStack<I, O>,
    body: Body,
    scan: (body: Buffer) => ScannedPage<T> | null,
    nothing: Buffer,
  ): () => ScannedPage<T> | null {
    let scanned: ScannedPage<T> | null = null
    if (scanBodies)
      stack.add(
        (next) => async (args) => {
          const result = await next(args)
          scanned = await body.read(result.response, scan, nothing)
          return result
        },
        { step: 'deserialize', priority: 'low', name: 'backproofScan' },
      )
    return () => scanned
  }

  return {
    volumes(Filters) {
      const body = new Body()
      return pages('the list of volumes', (NextToken) =>
        account.ask('ec2:DescribeVolumes', region, signal, async () => {
          const command = new sdk.DescribeVolumesCommand({ MaxResults: PAGE, Filters, NextToken })
          const scanned = scanInstead(command.middlewareStack, body, scanVolumes, NO_VOLUMES)
          const read = await forVolumes.send(command, sent)
          const page = scanned()
          const items = page?.items ?? listed(read.Volumes, 'ec2:DescribeVolumes').map(volumeOf)
          return { items: items.filter(isThere), next: page ? page.next : read.NextToken }
        }),
      )
    },
    async *snapshots(Filters) {
      const used = free.pop() ?? { body: new Body(), rows: new SnapshotRows() }
      const scan = (body: Buffer) => used.rows.scan(body, Filters === undefined)
      yield* pages('the list of snapshots', (NextToken) =>
        account.ask('ec2:DescribeSnapshots', region, signal, async () => {
          const command = new sdk.DescribeSnapshotsCommand({ OwnerIds: ['self'], MaxResults: PAGE, Filters, NextToken })
          const scanned = scanInstead(command.middlewareStack, used.body, scan, NO_SNAPSHOTS)
          const read = await forSnapshots.send(command, sent)
          const page = scanned()
          if (page) return page
          const items: Iterable<SnapshotFacts> = listed(read.Snapshots, 'ec2:DescribeSnapshots').map(snapshotOf)
          return { items, next: read.NextToken }
        }),
      )
      // not where it was given up: its answer may be coming in still
      free.push(used)
    },
    close() {
      forVolumes.destroy()
      forSnapshots.destroy()
    },
  }
}

/** What the SDK's own reading is given where ours has succeeded. */
const NO_SNAPSHOTS = Buffer.from('<DescribeSnapshotsResponse></DescribeSnapshotsResponse>')
const NO_VOLUMES = Buffer.from('<DescribeVolumesResponse></DescribeVolumesResponse>')
