import type { FakeBackup, FakeCopy, FakeJob, FakePoint, FakeRestore, FakeVault } from './aws-backup-estate.ts'
import { type BackupAsked, type BackupRoute, backupPage, seconds } from './aws-backup-route.ts'
import type { AwsRefusal } from './aws-estate.ts'

const DAY_MS = 86_400_000

export const resourceArn = (of: string, { request: { region, account } }: BackupAsked): string =>
  of.startsWith('arn:') ? of : `arn:aws:ec2:${region}:${account}:volume/${of}`
const vaultArn = (name: string, { request: { region, account } }: BackupAsked): string =>
  `arn:aws:backup:${region}:${account}:backup-vault:${name}`
const pointArn = (id: string, { request: { region, account } }: BackupAsked): string =>
  id.startsWith('arn:') ? id : `arn:aws:backup:${region}:${account}:recovery-point:${id}`

const backupOf = ({ region }: BackupAsked): FakeBackup => region.backup ?? {}

function vaultsOf(asked: BackupAsked): FakeVault[] {
  const { vaults, points = [] } = backupOf(asked)
  return vaults ?? [...new Set(points.map(({ vault }) => vault))].map((name) => ({ name }))
}

function vaultJson(vault: FakeVault, asked: BackupAsked): object {
  const { name, type = 'BACKUP_VAULT', state = 'AVAILABLE', locked = false, minDays, maxDays, lockedAt, keyArn } = vault
  return {
    BackupVaultName: name,
    BackupVaultArn: vaultArn(name, asked),
    VaultType: type,
    VaultState: state,
    CreationDate: seconds(vault.createdAt) ?? 1_700_000_000.123,
    EncryptionKeyArn: keyArn,
    EncryptionKeyType: vault.keyType,
    NumberOfRecoveryPoints:
      vault.count ?? (backupOf(asked).points ?? []).filter((point) => point.vault === name).length,
    Locked: locked,
    LockDate: seconds(lockedAt),
    MinRetentionDays: minDays,
    MaxRetentionDays: maxDays,
  }
}

function pointJson(point: FakePoint, asked: BackupAsked): object {
  const { id, vault, of, type = 'EBS', name, at, initiatedAt, status = 'COMPLETED', message, bytes, parent } = point
  const completedAt = point.completedAt ?? (status === 'COMPLETED' ? at : undefined)
  return {
    RecoveryPointArn: pointArn(id, asked),
    ...(vault === '' ? { BackupVaultName: null } : { BackupVaultName: vault, BackupVaultArn: vaultArn(vault, asked) }),
    ResourceArn: resourceArn(of, asked),
    ResourceType: type,
    ResourceName: name,
    Status: status,
    StatusMessage: message,
    CreationDate: seconds(at),
    InitiationDate: seconds(initiatedAt),
    CompletionDate: seconds(completedAt),
    BackupSizeInBytes: bytes,
    BackupSizeBytes: bytes,
    IsEncrypted: true,
    IsParent: point.isParent ?? false,
    ParentRecoveryPointArn: parent,
    SourceBackupVaultArn: point.from,
    EncryptionKeyArn: point.keyArn,
    ...(point.plan === undefined
      ? {}
      : {
          CreatedBy: {
            BackupPlanId: point.plan,
            BackupRuleId: point.rule ?? `rule-of-${point.plan}`,
            BackupRuleCron: point.cron,
          },
        }),
    ...(point.keepDays === undefined && !point.archives
      ? {}
      : { Lifecycle: { DeleteAfterDays: point.keepDays, OptInToArchiveForSupportedResources: point.archives } }),
    ...(point.deleteAt === undefined && point.coldAt === undefined
      ? {}
      : { CalculatedLifecycle: { DeleteAt: seconds(point.deleteAt), MoveToColdStorageAt: seconds(point.coldAt) } }),
  }
}

/** The list of one resource says less. https://docs.aws.amazon.com/aws-backup/latest/devguide/API_RecoveryPointByResource.html */
const OF_RESOURCE =
  /^(?:RecoveryPointArn|CreationDate|Status|StatusMessage|EncryptionKeyArn|EncryptionKeyType|BackupSizeBytes|BackupVaultName|IsParent|ParentRecoveryPointArn|ResourceName)$/
const pointOfResourceJson = (point: FakePoint, asked: BackupAsked): object =>
  Object.fromEntries(Object.entries(pointJson(point, asked)).filter(([key]) => OF_RESOURCE.test(key)))

/** What has been backed up with success, newest point first. */
function protectedJson(asked: BackupAsked): object[] {
  const { points = [], protected: over = {} } = backupOf(asked)
  const byArn = Map.groupBy(points, ({ of }) => resourceArn(of, asked))
  for (const arn of Object.keys(over)) if (!byArn.has(resourceArn(arn, asked))) byArn.set(resourceArn(arn, asked), [])
  const overs = new Map(Object.entries(over).map(([of, given]) => [resourceArn(of, asked), given]))
  return [...byArn].flatMap(([arn, all]) => {
    const given = overs.get(arn)
    const good = all.filter(({ status = 'COMPLETED' }) => ['COMPLETED', 'AVAILABLE', 'STOPPED'].includes(status))
    const [last] = good.sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
    if (given === null || (!given && !last)) return []
    return [
      {
        ResourceArn: arn,
        ResourceType: given?.type ?? last?.type ?? 'EBS',
        ResourceName: last?.name,
        LastBackupTime: seconds(given?.lastAt ?? last?.at),
        LastBackupVaultArn: vaultArn(given?.lastVault ?? last?.vault ?? 'Default', asked),
        LastRecoveryPointArn: pointArn(given?.lastPoint ?? last?.id ?? 'gone', asked),
      },
    ]
  })
}

function jobJson(job: FakeJob, asked: BackupAsked): object {
  const { id, of, type = 'EBS', name, vault = 'Default', point, state = 'COMPLETED', message, at, endedAt } = job
  return {
    AccountId: asked.request.account,
    BackupJobId: id,
    BackupVaultName: vault,
    BackupVaultArn: vaultArn(vault, asked),
    RecoveryPointArn: point === undefined ? undefined : pointArn(point, asked),
    RecoveryPointLifecycle: job.keepDays === undefined ? undefined : { DeleteAfterDays: job.keepDays },
    ResourceArn: resourceArn(of, asked),
    ResourceName: name,
    ResourceType: type,
    CreationDate: seconds(at),
    CompletionDate: seconds(endedAt ?? (isOver(state) ? at : undefined)),
    State: state,
    StatusMessage: message,
    PercentDone: '0.0',
    BackupSizeInBytes: 0,
    IamRoleArn: job.role ?? `arn:aws:iam::${asked.request.account}:role/service-role/AWSBackupDefaultServiceRole`,
    StartBy: seconds(job.startBy),
    ExpectedCompletionDate: seconds(job.expectedAt),
    CreatedBy: creatorOf(job),
    MessageCategory: job.category ?? (state === 'COMPLETED' ? 'SUCCESS' : undefined),
  }
}

function creatorOf({ rule, cron = 'cron(0 5 ? * * *)', timeZone = 'Etc/UTC' }: FakeJob): object | undefined {
  if (rule === undefined) return undefined
  const [plan = '', name = '', version = '1'] = rule.split('/')
  return {
    BackupPlanId: `id-${plan}`,
    BackupPlanName: plan,
    BackupPlanVersion: version,
    BackupRuleId: `id-${plan}-${name}`,
    BackupRuleName: name,
    BackupRuleCron: cron,
    BackupRuleTimezone: timeZone,
  }
}

function copyJson(copy: FakeCopy, asked: BackupAsked): object {
  const { id, of, type = 'EBS', from = 'Default', to, state = 'COMPLETED', message, at, endedAt } = copy
  return {
    CopyJobId: id,
    ResourceArn: resourceArn(of, asked),
    ResourceType: type,
    SourceBackupVaultArn: vaultArn(from, asked),
    DestinationBackupVaultArn: to,
    State: state,
    StatusMessage: message,
    CreationDate: seconds(at),
    CompletionDate: seconds(endedAt ?? (isOver(state) ? at : undefined)),
  }
}

function restoreJson(restore: FakeRestore, asked: BackupAsked): object {
  const { id, of, point, status = 'COMPLETED', message, validation, validationMessage, at, endedAt, pointAt } = restore
  return {
    RestoreJobId: id,
    SourceResourceArn: of === undefined ? undefined : resourceArn(of, asked),
    RecoveryPointArn: point === undefined ? undefined : pointArn(point, asked),
    RecoveryPointCreationDate: seconds(pointAt),
    Status: status,
    StatusMessage: message,
    CreationDate: seconds(at),
    CompletionDate: seconds(endedAt ?? (isOver(status) ? at : undefined)),
    PercentDone: '100.00%',
    ResourceType: 'EBS',
    CreatedBy: restore.testPlan === undefined ? undefined : { RestoreTestingPlanArn: restore.testPlan },
    ValidationStatus: validation,
    ValidationStatusMessage: validationMessage,
  }
}

const isOver = (state: string) => !/^(?:CREATED|PENDING|RUNNING|ABORTING)$/.test(state)

/** Those of the last 30 days that the filters mean. */
function recent<T extends { at: string; endedAt?: string }>(
  all: readonly T[],
  asked: BackupAsked,
  stateOf: (one: T) => string,
): T[] {
  const { parameters } = asked.request
  const time = (name: string) => {
    const given = parameters.get(name)
    return given === null ? null : Date.parse(given)
  }
  const now = Date.parse(backupOf(asked).at ?? new Date().toISOString())
  const [after, before, endedAfter] = [time('createdAfter'), time('createdBefore'), time('completeAfter')]
  const state = parameters.get('state') ?? parameters.get('status')
  return all.filter((one) => {
    const at = Date.parse(one.at)
    if (at <= now - 30 * DAY_MS) return false
    if ((after !== null && at <= after) || (before !== null && at >= before)) return false
    if (endedAfter !== null && !(Date.parse(one.endedAt ?? '') > endedAfter)) return false
    return state === null || stateOf(one) === state
  })
}

function points(asked: BackupAsked, vault: string): object | AwsRefusal {
  if (!vaultsOf(asked).some(({ name }) => name === vault)) return notFound(`Backup vault ${vault} does not exist`)
  const { parameters } = asked.request
  const [after, plan, of] = [
    parameters.get('createdAfter'),
    parameters.get('backupPlanId'),
    parameters.get('resourceArn'),
  ]
  const kept = (backupOf(asked).points ?? []).filter(
    (point) =>
      point.vault === vault &&
      (after === null || Date.parse(point.at) > Date.parse(after)) &&
      (plan === null || point.plan === plan) &&
      (of === null || resourceArn(point.of, asked) === of),
  )
  return backupPage(
    asked,
    'RecoveryPoints',
    kept.map((point) => pointJson(point, asked)),
  )
}

const notFound = (message: string): AwsRefusal => ({ code: 'ResourceNotFoundException', message, status: 400 })

function one<T extends { id: string }>(
  all: readonly T[] | undefined,
  id: string | undefined,
  json: (found: T) => object,
): object | AwsRefusal {
  const found = all?.find((each) => each.id === id)
  return found ? json(found) : notFound(`Job ${id} does not exist`)
}

export const jobRoutes: readonly BackupRoute[] = [
  {
    action: 'ListProtectedResources',
    path: 'GET /resources',
    answer: (asked) => backupPage(asked, 'Results', protectedJson(asked)),
  },
  {
    action: 'ListBackupVaults',
    path: 'GET /backup-vaults',
    answer: (asked) =>
      backupPage(
        asked,
        'BackupVaultList',
        vaultsOf(asked).map((vault) => vaultJson(vault, asked)),
      ),
  },
  {
    action: 'ListRecoveryPointsByBackupVault',
    path: 'GET /backup-vaults/ANY/recovery-points',
    answer: (asked, [vault = '']) => points(asked, vault),
  },
  {
    action: 'ListRecoveryPointsByResource',
    path: 'GET /resources/ANY/recovery-points',
    answer: (asked, [arn]) => {
      const all = (backupOf(asked).points ?? []).filter(({ of }) => resourceArn(of, asked) === arn)
      return backupPage(
        asked,
        'RecoveryPoints',
        all.map((point) => pointOfResourceJson(point, asked)),
      )
    },
  },
  {
    action: 'ListBackupJobs',
    path: 'GET /backup-jobs',
    answer: (asked) => {
      const all = recent(backupOf(asked).jobs ?? [], asked, ({ state = 'COMPLETED' }) => state)
      return backupPage(
        asked,
        'BackupJobs',
        all.map((job) => jobJson(job, asked)),
      )
    },
  },
  {
    action: 'ListCopyJobs',
    path: 'GET /copy-jobs',
    answer: (asked) => {
      const all = recent(backupOf(asked).copies ?? [], asked, ({ state = 'COMPLETED' }) => state)
      return backupPage(
        asked,
        'CopyJobs',
        all.map((copy) => copyJson(copy, asked)),
      )
    },
  },
  {
    action: 'ListRestoreJobs',
    path: 'GET /restore-jobs',
    answer: (asked) => {
      const all = recent(backupOf(asked).restores ?? [], asked, ({ status = 'COMPLETED' }) => status)
      return backupPage(
        asked,
        'RestoreJobs',
        all.map((restore) => restoreJson(restore, asked)),
      )
    },
  },
  {
    action: 'DescribeBackupJob',
    path: 'GET /backup-jobs/ANY',
    answer: (asked, [id]) => one(backupOf(asked).jobs, id, (job) => jobJson(job, asked)),
  },
  {
    action: 'DescribeCopyJob',
    path: 'GET /copy-jobs/ANY',
    answer: (asked, [id]) => one(backupOf(asked).copies, id, (copy) => ({ CopyJob: copyJson(copy, asked) })),
  },
  {
    action: 'DescribeRestoreJob',
    path: 'GET /restore-jobs/ANY',
    answer: (asked, [id]) => one(backupOf(asked).restores, id, (restore) => restoreJson(restore, asked)),
  },
]
