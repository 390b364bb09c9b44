import { Readable } from 'node:stream'
import type { EC2Client, Filter, Volume } from '@aws-sdk/client-ec2'
import type { Account } from '../account.ts'
import { clientConfig, watchRequests } from '../client.ts'
import { listed, pages } from '../pages.ts'
import { scanSnapshots } from './scan-body.ts'
import { fromSdk, type SnapshotFacts, type SnapshotPage } from './snapshot.ts'

/** The most that EC2 gives a page. */
const PAGE = 1000

export interface VolumeFacts {
  id: string
  name: string
  tags: Record<string, string>
  state: string
  /** Where it is attached: "i-0123 as /dev/xvda". */
  attachments: string[]
  instances: string[]
  /** Epoch milliseconds; null: AWS does not say. */
  bornAt: number | null
}

export interface EbsReader extends AsyncDisposable {
  volumes(filters?: Filter[]): AsyncGenerator<readonly VolumeFacts[]>
  /** Those that the account owns. */
  snapshots(filters?: Filter[]): AsyncGenerator<readonly SnapshotFacts[]>
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

  async function snapshotPage(Filters: Filter[] | undefined, NextToken: string | undefined): Promise<SnapshotPage> {
    const command = new sdk.DescribeSnapshotsCommand({ OwnerIds: ['self'], MaxResults: PAGE, Filters, NextToken })
    let scanned: SnapshotPage | null = null
    if (scanBodies)
      command.middlewareStack.add(
        (next) => async (args) => {
          const result = await next(args)
          const body = await bodyOf(result.response)
          scanned = body && scanSnapshots(body)
          if (body) replaceBody(result.response, scanned ? NOTHING : body)
          return result
        },
        { step: 'deserialize', priority: 'low', name: 'backproofScan' },
      )
    const read = await forSnapshots.send(command, sent)
    return scanned ?? { items: listed(read.Snapshots, 'ec2:DescribeSnapshots').map(fromSdk), next: read.NextToken }
  }

  return {
    volumes: (Filters) =>
      pages('the list of volumes', (NextToken) =>
        account.ask('ec2:DescribeVolumes', region, signal, async () => {
          const command = new sdk.DescribeVolumesCommand({ MaxResults: PAGE, Filters, NextToken })
          const page = await forVolumes.send(command, sent)
          return { items: listed(page.Volumes, 'ec2:DescribeVolumes').flatMap(volumeFacts), next: page.NextToken }
        }),
      ),
    snapshots: (Filters) =>
      pages('the list of snapshots', (NextToken) =>
        account.ask('ec2:DescribeSnapshots', region, signal, () => snapshotPage(Filters, NextToken)),
      ),
    async [Symbol.asyncDispose]() {
      forVolumes.destroy()
      forSnapshots.destroy()
    },
  }
}

/** What the SDK's own reading is given where ours has succeeded. */
const NOTHING = Buffer.from('<DescribeSnapshotsResponse></DescribeSnapshotsResponse>')

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

function volumeFacts(one: Volume): VolumeFacts[] {
  const { VolumeId: id, State: state = '', Attachments = [] } = one
  if (!id || state === 'deleting' || state === 'deleted') return []
  const tags = Object.fromEntries((one.Tags ?? []).flatMap(({ Key, Value }) => (Key ? [[Key, Value ?? '']] : [])))
  const attached = Attachments.filter(({ InstanceId }) => InstanceId)
  return [
    {
      id,
      name: tags.Name || id,
      tags,
      state,
      attachments: attached.map(({ InstanceId, Device }) => (Device ? `${InstanceId} as ${Device}` : `${InstanceId}`)),
      instances: attached.flatMap(({ InstanceId }) => InstanceId ?? []),
      bornAt: one.CreateTime?.getTime() ?? null,
    },
  ]
}
