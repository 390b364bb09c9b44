import type { BackupVaultListMember } from '@aws-sdk/client-backup'

/** What is used of a vault. */
export interface VaultFacts {
  name: string
  arn: string
  /** "BACKUP_VAULT", "LOGICALLY_AIR_GAPPED_BACKUP_VAULT", "RESTORE_ACCESS_BACKUP_VAULT" or newer. */
  type: string
  /** Epoch milliseconds. */
  createdAt: number | null
  /** Null: AWS does not say. */
  pointCount: number | null
  /** Null: none is told, or AWS's own, which nobody can describe. */
  keyArn: string | null
  isLocked: boolean
  /** From when on the lock can't be taken away any more (compliance mode); null: it always can (governance mode). */
  lockedFrom: number | null
  minRetentionDays: number | null
  maxRetentionDays: number | null
}

export const AIR_GAPPED = 'LOGICALLY_AIR_GAPPED_BACKUP_VAULT'
/** A view of somebody else's air-gapped vault: how it is kept is the other account's matter. */
export const RESTORE_ACCESS = 'RESTORE_ACCESS_BACKUP_VAULT'

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupVaultListMember.html */
export function vaultOf(given: BackupVaultListMember): VaultFacts[] {
  const { BackupVaultName: name, BackupVaultArn: arn } = given
  if (!name || !arn) return []
  return [
    {
      name,
      arn,
      type: given.VaultType ?? 'BACKUP_VAULT',
      createdAt: given.CreationDate?.getTime() ?? null,
      pointCount: given.NumberOfRecoveryPoints ?? null,
      keyArn: given.EncryptionKeyType === 'AWS_OWNED_KMS_KEY' ? null : (given.EncryptionKeyArn ?? null),
      isLocked: given.Locked ?? false,
      lockedFrom: given.LockDate?.getTime() ?? null,
      minRetentionDays: given.MinRetentionDays ?? null,
      maxRetentionDays: given.MaxRetentionDays ?? null,
    },
  ]
}
