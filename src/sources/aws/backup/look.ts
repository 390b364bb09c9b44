import type { Instant } from '../../../domain/instant.ts'
import type { Observation } from '../../../domain/observation.ts'
import type { Account } from '../account.ts'
import type { BackupConfig } from './config.ts'

export interface BackupScope {
  id: string
  account: string
  region: string
  now: Instant
}

/** What AWS Backup has of one region. */
export async function* lookAtBackup(
  _account: Account,
  _config: BackupConfig,
  _scope: BackupScope,
  _signal: AbortSignal,
): AsyncGenerator<Observation> {}
