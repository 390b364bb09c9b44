import type {
  BackupJob,
  CopyJob,
  Lifecycle,
  ProtectedResource,
  RecoveryPointByBackupVault,
  RecoveryPointByResource,
  RecoveryPointCreator,
  RestoreJobsListMember,
} from '@aws-sdk/client-backup'

/** What is used of AWS Backup's answers. Times are epoch milliseconds. */

export interface ProtectedFacts {
  arn: string
  type: string
  name: string | null
  lastAt: number | null
  /** The ARN of the newest recovery point, and the name of the vault that it lies in. */
  lastPoint: string | null
  lastVault: string | null
}

export interface PointFacts {
  id: string
  /** The ARN of what it is a backup of. */
  resource: string
  type: string
  name: string | null
  vault: string
  status: string
  message: string | null
  createdAt: number
  /** When the job that made it was begun: of a copy, that of its original. */
  initiatedAt: number | null
  completedAt: number | null
  deleteAt: number | null
  /** Whether AWS Backup will delete it by itself; null: the list of one resource does not say. */
  ends: boolean | null
  /** When it goes, or went, to cold storage. */
  coldAt: number | null
  /** Whether it holds other points, of parts of the resource, which are listed by themselves. */
  isParent: boolean
  bytes: number | null
  keyArn: string | null
  /** The id of the plan that made it; null: nobody says, or it is a copy. */
  plan: string | null
  /** The rule that made it; its schedule is empty where AWS does not say. Of a copy null. */
  rule: PlanRule | null
  /** The same, of a copy the rule that made its original. */
  made: PlanRule | null
  /** ARN of the vault that it was copied from; null: it is no copy, or nobody says. */
  source: string | null
}

/** What there is of each kind of job. */
interface Job {
  id: string
  resource: string
  createdAt: number
  endedAt: number | null
  message: string | null
  /** Whether it has come to its end, whichever. */
  isOver: boolean
}

/** The rule of a plan that a job was begun by. */
export interface PlanRule {
  id: string
  name: string
  plan: string
  planName: string
  /** Of the plan, as it was when the job was begun. */
  version: string
  /** "cron(0 5 ? * * *)", as AWS writes it. */
  schedule: string
  timeZone: string
}

export interface BackupJobFacts extends Job {
  kind: 'backup'
  type: string
  name: string | null
  vault: string
  point: string | null
  state: string
  category: string | null
  role: string | null
  startBy: number | null
  /** Null: somebody began it by hand. */
  rule: PlanRule | null
  /** Until when its recovery point is to be kept; null: for ever. */
  keptUntil: number | null
}

export interface CopyJobFacts extends Job {
  kind: 'copy'
  /** The ARN of the vault that it copies to. */
  to: string
  state: string
  role: string | null
}

export interface RestoreJobFacts extends Job {
  kind: 'restore'
  point: string | null
  pointAt: number | null
  status: string
  validation: string | null
  validationMessage: string | null
  /** The ARN of AWS Backup's own plan of restore tests that began it. */
  testPlan: string | null
}

const DAY_MS = 86_400_000
const timeOf = (at: Date | undefined): number | null => at?.getTime() ?? null
const vaultOf = (arn: string | undefined): string | null => arn?.split(':').slice(6).join(':') || null

export function protectedOf(one: ProtectedResource): ProtectedFacts[] {
  if (!one.ResourceArn) return []
  return [
    {
      arn: one.ResourceArn,
      type: one.ResourceType ?? '',
      name: one.ResourceName || null,
      lastAt: timeOf(one.LastBackupTime),
      lastPoint: one.LastRecoveryPointArn ?? null,
      lastVault: vaultOf(one.LastBackupVaultArn),
    },
  ]
}

export function pointOf(one: RecoveryPointByBackupVault, resource = one.ResourceArn): PointFacts[] {
  const createdAt = timeOf(one.CreationDate)
  if (!one.RecoveryPointArn || !resource || createdAt === null) return []
  const made = ruleOf(one.CreatedBy)
  return [
    {
      id: one.RecoveryPointArn,
      resource,
      type: one.ResourceType ?? '',
      name: one.ResourceName || null,
      vault: one.BackupVaultName ?? '',
      status: one.Status ?? '',
      message: one.StatusMessage || null,
      createdAt,
      initiatedAt: timeOf(one.InitiationDate),
      completedAt: timeOf(one.CompletionDate),
      deleteAt: timeOf(one.CalculatedLifecycle?.DeleteAt),
      ends: one.CalculatedLifecycle?.DeleteAt !== undefined || hasEnd(one.Lifecycle),
      coldAt: coldAt(one),
      isParent: one.IsParent ?? false,
      bytes: one.BackupSizeInBytes ?? null,
      // AWS's own keys can't be asked about
      keyArn: one.EncryptionKeyType === 'AWS_OWNED_KMS_KEY' ? null : (one.EncryptionKeyArn ?? null),
      plan: one.SourceBackupVaultArn ? null : (one.CreatedBy?.BackupPlanId ?? null),
      rule: one.SourceBackupVaultArn ? null : made,
      made,
      source: one.SourceBackupVaultArn ?? null,
    },
  ]
}

/** The list of one resource's points says less of each than that of a vault, and has what others than AWS Backup made too. */
export function pointOfResource(one: RecoveryPointByResource, resource: string): PointFacts[] {
  // https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListRecoveryPointsByResource.html: ManagedByAWSBackupOnly
  if (!one.BackupVaultName) return []
  const points = pointOf({ ...one, BackupSizeInBytes: one.BackupSizeBytes }, resource)
  return points.map((point) => ({ ...point, ends: null }))
}

/**
 * Of others the setting is ignored, and snapshots of volumes go there only where that is opted in.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Lifecycle.html
 */
const WITH_COLD = new Set(['EBS', 'EFS', 'DynamoDB', 'Timestream', 'SAP HANA on Amazon EC2', 'VirtualMachine'])

function coldAt({ ResourceType: type = '', CalculatedLifecycle: at, Lifecycle: set }: RecoveryPointByBackupVault) {
  const isIgnored = !WITH_COLD.has(type) || (type === 'EBS' && !set?.OptInToArchiveForSupportedResources)
  return isIgnored ? null : timeOf(at?.MoveToColdStorageAt)
}

function hasEnd({ DeleteAfterDays: days, DeleteAfterEvent: event }: Lifecycle = {}): boolean {
  return event !== undefined || (days !== undefined && days >= 0)
}

const OVER = new Set(['COMPLETED', 'FAILED', 'ABORTED', 'EXPIRED', 'PARTIAL'])

export function backupJobOf(one: Omit<BackupJob, 'AccountId'>): BackupJobFacts[] {
  const createdAt = timeOf(one.CreationDate)
  if (!one.BackupJobId || !one.ResourceArn || createdAt === null) return []
  const { DeleteAfterDays: days, DeleteAfterEvent: event } = one.RecoveryPointLifecycle ?? {}
  return [
    {
      kind: 'backup',
      id: one.BackupJobId,
      resource: one.ResourceArn,
      createdAt,
      endedAt: timeOf(one.CompletionDate),
      message: one.StatusMessage || null,
      isOver: OVER.has(one.State ?? ''),
      type: one.ResourceType ?? '',
      name: one.ResourceName || null,
      vault: one.BackupVaultName ?? '',
      point: one.RecoveryPointArn ?? null,
      state: one.State ?? '',
      category: one.MessageCategory || null,
      role: one.IamRoleArn ?? null,
      startBy: timeOf(one.StartBy),
      rule: ruleOf(one.CreatedBy),
      keptUntil: event ? createdAt : days === undefined || days < 0 ? null : createdAt + days * DAY_MS,
    },
  ]
}

function ruleOf(by: RecoveryPointCreator = {}): PlanRule | null {
  if (!by.BackupPlanId || !by.BackupRuleId) return null
  return {
    id: by.BackupRuleId,
    name: by.BackupRuleName ?? '',
    plan: by.BackupPlanId,
    planName: by.BackupPlanName ?? '',
    version: by.BackupPlanVersion ?? '',
    schedule: by.BackupRuleCron ?? '',
    timeZone: by.BackupRuleTimezone || 'UTC',
  }
}

export function copyJobOf(one: CopyJob): CopyJobFacts[] {
  const createdAt = timeOf(one.CreationDate)
  if (!one.CopyJobId || !one.ResourceArn || createdAt === null) return []
  return [
    {
      kind: 'copy',
      id: one.CopyJobId,
      resource: one.ResourceArn,
      createdAt,
      endedAt: timeOf(one.CompletionDate),
      message: one.StatusMessage || null,
      isOver: OVER.has(one.State ?? ''),
      to: one.DestinationBackupVaultArn ?? '',
      state: one.State ?? '',
      role: one.IamRoleArn ?? null,
    },
  ]
}

export function restoreJobOf(one: RestoreJobsListMember): RestoreJobFacts[] {
  const createdAt = timeOf(one.CreationDate)
  if (!one.RestoreJobId || createdAt === null) return []
  return [
    {
      kind: 'restore',
      id: one.RestoreJobId,
      resource: one.SourceResourceArn ?? '',
      createdAt,
      endedAt: timeOf(one.CompletionDate),
      message: one.StatusMessage || null,
      // what was restored is looked at afterwards, for hours
      isOver: OVER.has(one.Status ?? '') && one.ValidationStatus !== 'VALIDATING',
      point: one.RecoveryPointArn ?? null,
      pointAt: timeOf(one.RecoveryPointCreationDate),
      status: one.Status ?? '',
      validation: one.ValidationStatus ?? null,
      validationMessage: one.ValidationStatusMessage || null,
      testPlan: one.CreatedBy?.RestoreTestingPlanArn ?? null,
    },
  ]
}
