import type { FakePlan, FakeVault } from './aws-backup-estate.ts'
import { type BackupAsked, type BackupRoute, backupPage, seconds } from './aws-backup-route.ts'
import type { AwsRefusal } from './aws-estate.ts'

/**
 * How vaults and plans are set up.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/API_GetBackupVaultAccessPolicy.html
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/API_GetBackupVaultNotifications.html
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/API_GetBackupPlan.html
 */
const notFound = (message: string): AwsRefusal => ({ code: 'ResourceNotFoundException', message, status: 400 })

function ofVault(asked: BackupAsked, name: string, answer: (vault: FakeVault) => object | null): object | AwsRefusal {
  const vault = asked.region.backup?.vaults?.find((one) => one.name === name)
  const found = vault && answer(vault)
  if (!found) return notFound(`Failed reading ${vault ? 'what the vault does not have' : `Backup vault ${name}`}`)
  const { region, account } = asked.request
  const BackupVaultArn = `arn:aws:backup:${region}:${account}:backup-vault:${name}`
  return { BackupVaultName: name, BackupVaultArn, ...found }
}

const idOf = ({ id, name }: FakePlan) => id ?? `plan-of-${name}`
const selectionId = (plan: FakePlan, n: number) => `${idOf(plan)}-selection-${n}`

function ofPlan(asked: BackupAsked, id: string | undefined, answer: (plan: FakePlan) => object): object | AwsRefusal {
  const plan = asked.region.backup?.plans?.find((one) => idOf(one) === id)
  return plan ? answer(plan) : notFound(`Cannot find Backup plan with ID ${id}`)
}

function memberOf(plan: FakePlan, { request: { region, account } }: BackupAsked): object {
  return {
    BackupPlanArn: `arn:aws:backup:${region}:${account}:backup-plan:${idOf(plan)}`,
    BackupPlanId: idOf(plan),
    BackupPlanName: plan.name,
    CreationDate: seconds(plan.createdAt ?? '2025-01-01T00:00:00Z'),
    VersionId: 'v1',
  }
}

export const vaultRoutes: readonly BackupRoute[] = [
  {
    action: 'GetBackupVaultAccessPolicy',
    path: 'GET /backup-vaults/ANY/access-policy',
    answer: (asked, [name = '']) =>
      ofVault(asked, name, ({ policy }) => (policy === undefined ? null : { Policy: policy })),
  },
  {
    action: 'GetBackupVaultNotifications',
    path: 'GET /backup-vaults/ANY/notification-configuration',
    answer: (asked, [name = '']) =>
      ofVault(asked, name, ({ topic, events = [] }) =>
        topic === undefined ? null : { SNSTopicArn: topic, BackupVaultEvents: events },
      ),
  },
  {
    action: 'ListBackupPlans',
    path: 'GET /backup/plans',
    answer: (asked) =>
      backupPage(
        asked,
        'BackupPlansList',
        (asked.region.backup?.plans ?? []).map((plan) => memberOf(plan, asked)),
      ),
  },
  {
    action: 'GetBackupPlan',
    path: 'GET /backup/plans/ANY',
    answer: (asked, [id]) =>
      ofPlan(asked, id, (plan) => ({
        ...memberOf(plan, asked),
        BackupPlan: {
          BackupPlanName: plan.name,
          Rules: (plan.rules ?? []).map((rule) => ({ RuleId: `rule-of-${idOf(plan)}`, RuleName: 'daily', ...rule })),
        },
      })),
  },
  {
    action: 'ListBackupSelections',
    path: 'GET /backup/plans/ANY/selections',
    answer: (asked, [id]) =>
      ofPlan(asked, id, (plan) =>
        backupPage(
          asked,
          'BackupSelectionsList',
          (plan.selections ?? []).map((one, n) => ({
            SelectionId: selectionId(plan, n),
            SelectionName: one.SelectionName,
            BackupPlanId: id,
          })),
        ),
      ),
  },
  {
    action: 'GetBackupSelection',
    path: 'GET /backup/plans/ANY/selections/ANY',
    answer: (asked, [id, selection]) =>
      ofPlan(asked, id, (plan) => {
        const n = (plan.selections ?? []).findIndex((_, index) => selectionId(plan, index) === selection)
        const found = plan.selections?.[n]
        if (!found) return notFound(`Cannot find selection ${selection}`)
        return {
          BackupPlanId: id,
          SelectionId: selection,
          BackupSelection: { IamRoleArn: `arn:aws:iam::${asked.request.account}:role/backup`, ...found },
        }
      }),
  },
]
