import { dumpPermissions } from '../parts/s3-dump/dump.ts'
import type { Permission } from '../source.ts'
import { partitionOf } from './account-config.ts'
import type { BackupConfig } from './backup/config.ts'
import { type AwsConfig, kindsOf } from './config.ts'
import { queueOf } from './events/look.ts'
import { dumpsOf, placesOf } from './places.ts'

/** None of these can be narrowed to resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html */
const ALL = '*'

/** Exactly what the checks in use ask for. */
export function permissionsOf(config: AwsConfig): Permission[] {
  const kinds = kindsOf(config)
  const places = placesOf('', config, (scope) =>
    scope === '/organization' ? { accounts: ['123456789012'] } : { regions: ['eu-central-1'] },
  )
  const permissions: Permission[] = []
  const allow = (action: string, why: string, resource = ALL) => permissions.push({ action, resource, why })
  if (config.organization) allow('organizations:ListAccounts', 'to find the accounts (in the management account)')
  if (places.some(({ place }) => place.kind === 'regions'))
    allow('ec2:DescribeRegions', 'to find the regions that are enabled')
  if (kinds.includes('rds')) {
    allow('rds:DescribeDBInstances', 'to find the databases, and until when each can be restored')
    allow(
      'rds:DescribeDBClusters',
      'to find the clusters (Aurora, Neptune, DocumentDB), and until when each can be restored',
    )
    allow('rds:DescribeDBSnapshots', "to find the databases' newest snapshots")
    allow('rds:DescribeDBClusterSnapshots', "to find the clusters' newest snapshots")
    allow('rds:DescribeEvents', 'to see which snapshots are new, instead of listing all of them at each look')
  }
  if (kinds.includes('ebs')) {
    allow('ec2:DescribeVolumes', 'to find the volumes')
    allow('ec2:DescribeSnapshots', 'to find their newest snapshots')
  }
  if (kinds.includes('backup')) allowBackup(config.checks?.backup ?? {}, allow)
  for (const dump of dumpsOf(config)) permissions.push(...dumpPermissions(dump, partitionOf(config)))
  const queue = queueOf(config)
  if (queue) {
    allow('sqs:ReceiveMessage', 'to fetch events', queue.arn)
    allow('sqs:DeleteMessage', 'to take events that were looked into off the queue', queue.arn)
    allow('sqs:GetQueueAttributes', 'to see whether events can be fetched', queue.arn)
  }
  for (const topic of config.events?.sns?.topics ?? [])
    allow('sns:ListSubscriptionsByTopic', 'to see whether its messages get here', topic)
  const roles = new Set(places.flatMap(({ place }) => ('account' in place ? (place.account.roleArn ?? []) : [])))
  if (config.organization && config.role_name) {
    roles.clear()
    roles.add(`arn:aws:iam::*:role/${config.role_name}`)
    if (config.role_arn) roles.add(config.role_arn)
  }
  const why = 'to take on the role: of the credentials that it is taken on with, not of the role'
  for (const role of roles) permissions.push({ action: 'sts:AssumeRole', resource: role, why, isOfCaller: true })
  return permissions
}

type Allow = (action: string, why: string) => void

function allowBackup(config: BackupConfig, allow: Allow): void {
  allow('backup:ListProtectedResources', 'to find what AWS Backup protects')
  allow('backup:ListBackupVaults', 'to find the vaults')
  allow('backup:ListRecoveryPointsByBackupVault', 'to find the newest recovery points in them')
  allow('backup:ListRecoveryPointsByResource', 'to find those of what has no recent ones')
  allow('ec2:DescribeVolumes', 'to see whether a volume that is no longer backed up is still there')
  allow('ec2:DescribeInstances', 'to see whether an instance that is no longer backed up is still there')
  if (config.posture !== false) allowPosture(config, allow)
  if (config.jobs === false) return
  allow('backup:ListBackupJobs', 'to find failed jobs')
  allow('backup:DescribeBackupJob', 'to see what became of jobs that take long')
  allow('backup:ListCopyJobs', 'to find failed copies')
  allow('backup:DescribeCopyJob', 'to see what became of copies that take long')
  allow('backup:ListRestoreJobs', 'to find restores and restore tests')
  allow('backup:DescribeRestoreJob', 'to see what became of restores that take long')
}

/** How vaults and plans are set up. */
function allowPosture({ notifications }: BackupConfig, allow: Allow): void {
  allow('backup:GetBackupVaultAccessPolicy', 'to see who may delete what is in a vault')
  allow('kms:DescribeKey', 'to see whether the keys of vaults and recovery points can be used')
  allow('backup:ListBackupPlans', 'to find the plans')
  allow('backup:GetBackupPlan', 'to see where they put backups, when, and for how long')
  allow('backup:ListBackupSelections', 'to find what they select')
  allow('backup:GetBackupSelection', 'to see what they select')
  allow('tag:GetResources', 'to see which resources there are')
  if (notifications === 'off') return
  allow('backup:GetBackupVaultNotifications', 'to see whom a vault tells of failed jobs')
  allow('sns:ListSubscriptionsByTopic', 'to see whether anybody hears of it')
  allow('sns:GetTopicAttributes', 'to see whether AWS Backup may publish there')
}
