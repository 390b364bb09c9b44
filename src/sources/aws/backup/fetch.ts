import type { BackupClient } from '@aws-sdk/client-backup'
import type { Account } from '../account.ts'
import { clientConfig, watchRequests } from '../client.ts'
import { AwsError } from '../fault.ts'
import { listed, pages } from '../pages.ts'
import {
  type BackupJobFacts,
  backupJobOf,
  type CopyJobFacts,
  copyJobOf,
  type PointFacts,
  type ProtectedFacts,
  pointOf,
  pointOfResource,
  protectedOf,
  type RestoreJobFacts,
  restoreJobOf,
} from './facts.ts'
import type { JobList } from './feed.ts'
import { type VaultFacts, vaultOf } from './vaults/vault.ts'

/** The most that AWS Backup gives a page: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListBackupJobs.html */
export const PAGE = 1000

/** What AWS Backup has in one region. Each page is a request; all throw AwsError. */
export interface BackupReader {
  resources(): AsyncGenerator<readonly ProtectedFacts[]>
  vaults(): AsyncGenerator<readonly VaultFacts[]>
  /** Those in a vault: made after `since` (epoch milliseconds), of one resource. A vault that is gone has none. */
  points(vault: string, only?: { since?: number | undefined; resource?: string }): AsyncGenerator<readonly PointFacts[]>
  pointsOf(resource: string): AsyncGenerator<readonly PointFacts[]>
  backupJobs: JobList<BackupJobFacts>
  copyJobs: JobList<CopyJobFacts>
  restoreJobs: JobList<RestoreJobFacts>
  close(): void
}

export async function openBackup(account: Account, region: string, signal: AbortSignal): Promise<BackupReader> {
  const sdk = await import('@aws-sdk/client-backup')
  const client: BackupClient = new sdk.BackupClient(clientConfig(account.options(region)))
  watchRequests(client.middlewareStack, { signal })
  const sent = { abortSignal: signal }
  const ask = <T>(api: string, work: () => Promise<T>) => account.ask(`backup:${api}`, region, signal, work)

  function list<A, T>(
    api: string,
    request: (page: { NextToken: string | undefined; MaxResults: number }) => Promise<{
      items: readonly A[] | undefined
      next: string | undefined
    }>,
    read: (one: A) => readonly T[],
  ): AsyncGenerator<readonly T[]> {
    return pages(`the answer of backup:${api}`, (NextToken) =>
      ask(api, async () => {
        const { items, next } = await request({ NextToken, MaxResults: PAGE })
        return { items: listed(items, `backup:${api}`).flatMap(read), next }
      }),
    )
  }

  /** A job by its id; null: AWS Backup has forgotten it. */
  async function one<T>(api: string, work: () => Promise<readonly T[]>): Promise<T | null> {
    try {
      return (await ask(api, work))[0] ?? null
    } catch (error) {
      if (isGone(error)) return null
      throw error
    }
  }

  return {
    resources: () =>
      list(
        'ListProtectedResources',
        async (page) => {
          const { Results, NextToken } = await client.send(new sdk.ListProtectedResourcesCommand(page), sent)
          return { items: Results, next: NextToken }
        },
        protectedOf,
      ),
    vaults: () =>
      list(
        'ListBackupVaults',
        async (page) => {
          const { BackupVaultList, NextToken } = await client.send(new sdk.ListBackupVaultsCommand(page), sent)
          return { items: BackupVaultList, next: NextToken }
        },
        vaultOf,
      ),
    async *points(BackupVaultName, { since, resource } = {}) {
      const found = list(
        'ListRecoveryPointsByBackupVault',
        async (page) => {
          const ByCreatedAfter = since === undefined ? undefined : new Date(since)
          const asked = { ...page, BackupVaultName, ByCreatedAfter, ByResourceArn: resource }
          const command = new sdk.ListRecoveryPointsByBackupVaultCommand(asked)
          const { RecoveryPoints, NextToken } = await client.send(command, sent)
          return { items: RecoveryPoints, next: NextToken }
        },
        (point) => pointOf(point),
      )
      try {
        yield* found
      } catch (error) {
        if (!isGone(error)) throw error
      }
    },
    pointsOf: (ResourceArn) =>
      list(
        'ListRecoveryPointsByResource',
        async (page) => {
          const command = new sdk.ListRecoveryPointsByResourceCommand({ ...page, ResourceArn })
          const { RecoveryPoints, NextToken } = await client.send(command, sent)
          return { items: RecoveryPoints, next: NextToken }
        },
        (point) => pointOfResource(point, ResourceArn),
      ),
    backupJobs: {
      since: (at) =>
        list(
          'ListBackupJobs',
          async (page) => {
            const command = new sdk.ListBackupJobsCommand({ ...page, ByCreatedAfter: new Date(at) })
            const { BackupJobs, NextToken } = await client.send(command, sent)
            return { items: BackupJobs, next: NextToken }
          },
          backupJobOf,
        ),
      one: (BackupJobId) =>
        one('DescribeBackupJob', async () =>
          backupJobOf(await client.send(new sdk.DescribeBackupJobCommand({ BackupJobId }), sent)),
        ),
    },
    copyJobs: {
      since: (at) =>
        list(
          'ListCopyJobs',
          async (page) => {
            const command = new sdk.ListCopyJobsCommand({ ...page, ByCreatedAfter: new Date(at) })
            const { CopyJobs, NextToken } = await client.send(command, sent)
            return { items: CopyJobs, next: NextToken }
          },
          copyJobOf,
        ),
      one: (CopyJobId) =>
        one('DescribeCopyJob', async () => {
          const { CopyJob } = await client.send(new sdk.DescribeCopyJobCommand({ CopyJobId }), sent)
          return CopyJob ? copyJobOf(CopyJob) : []
        }),
    },
    restoreJobs: {
      since: (at) =>
        list(
          'ListRestoreJobs',
          async (page) => {
            const command = new sdk.ListRestoreJobsCommand({ ...page, ByCreatedAfter: new Date(at) })
            const { RestoreJobs, NextToken } = await client.send(command, sent)
            return { items: RestoreJobs, next: NextToken }
          },
          restoreJobOf,
        ),
      one: (RestoreJobId) =>
        one('DescribeRestoreJob', async () =>
          restoreJobOf(await client.send(new sdk.DescribeRestoreJobCommand({ RestoreJobId }), sent)),
        ),
    },
    close: () => client.destroy(),
  }
}

const isGone = (error: unknown) => error instanceof AwsError && error.code === 'ResourceNotFoundException'
