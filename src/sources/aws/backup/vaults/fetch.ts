import type { BackupClient } from '@aws-sdk/client-backup'
import type { Account } from '../../account.ts'
import { clientConfig, watchRequests } from '../../client.ts'
import type { AwsError } from '../../fault.ts'
import { listed, pages } from '../../pages.ts'
import { type PointFacts, pointOf } from '../facts.ts'
import { type PlanFacts, type RuleFacts, rulesOf, type SelectionFacts, selectionOf } from '../plans/plan.ts'
import { type Answer, beside, isPassing, lastKnown, told, unlessAbsent } from './answer.ts'
import { inLanes } from './lanes.ts'
import type { VaultNotifications } from './notifications.ts'
import { type VaultFacts, vaultOf } from './vault.ts'

/** The most that AWS Backup gives a page: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListBackupVaults.html */
const PAGE = 1000
const ABSENT = 'ResourceNotFoundException'

/** What AWS Backup says of vaults and plans in one region. */
export interface PostureReader {
  vaults(): Promise<VaultFacts[]>
  /** JSON; null: it has none. */
  accessPolicy(vault: string): Promise<Answer<string | null>>
  notifications(vault: string): Promise<Answer<VaultNotifications | null>>
  /** All of a vault; with `plan`, what that has made. A vault that is gone has none. */
  points(vault: string, plan?: string): AsyncGenerator<readonly PointFacts[]>
  /** Those that can't be asked for now are as they were (`before`; null: nothing is known), and unknown. */
  plans(before: readonly PlanFacts[] | null): Promise<PlanFacts[]>
  /** Why some of it was left out: AWS Backup could not be reached, or asked to be called less often; null: nothing was. */
  cutBy(): AwsError | null
  close(): void
}

export async function openPosture(account: Account, region: string, signal: AbortSignal): Promise<PostureReader> {
  const sdk = await import('@aws-sdk/client-backup')
  const client: BackupClient = new sdk.BackupClient(clientConfig(account.options(region)))
  watchRequests(client.middlewareStack, { signal })
  const ask = <T>(api: string, work: () => Promise<T>) => account.ask(`backup:${api}`, region, signal, work)
  const sent = { abortSignal: signal }
  const { ask: answerOf, cutBy } = beside(signal)

  async function selections(plan: string): Promise<SelectionFacts[]> {
    const ids = await all(
      pages('the list of selections of a plan', (NextToken) =>
        ask('ListBackupSelections', async () => {
          const command = new sdk.ListBackupSelectionsCommand({ BackupPlanId: plan, MaxResults: PAGE, NextToken })
          const page = await client.send(command, sent)
          const items = listed(page.BackupSelectionsList, 'backup:ListBackupSelections')
          return { items: items.flatMap(({ SelectionId }) => SelectionId ?? []), next: page.NextToken }
        }),
      ),
    )
    const found: SelectionFacts[] = []
    for (const SelectionId of ids) {
      const one = await unlessAbsent(
        ask('GetBackupSelection', () =>
          client.send(new sdk.GetBackupSelectionCommand({ BackupPlanId: plan, SelectionId }), sent),
        ),
        ABSENT,
      )
      if (one) found.push(selectionOf(told(one.BackupSelection, 'backup:GetBackupSelection')))
    }
    return found
  }

  const listPlans = () =>
    all(
      pages('the list of backup plans', (NextToken) =>
        ask('ListBackupPlans', async () => {
          const page = await client.send(new sdk.ListBackupPlansCommand({ MaxResults: PAGE, NextToken }), sent)
          return { items: listed(page.BackupPlansList, 'backup:ListBackupPlans'), next: page.NextToken }
        }),
      ),
    )

  /** Throws what cut the look off where nothing is known of a plan: without its schedule what is late would pass for good. */
  function rulesSeen(seen: Answer<RuleFacts[] | null>, before: PlanFacts | undefined): PlanFacts['rules'] {
    if ('value' in seen) return { value: seen.value ?? [] }
    const { unknown, advice } = seen
    const rules = before && lastKnown(before.rules)
    const cut = cutBy()
    if (!rules && cut) throw cut
    return { unknown, advice, ...(rules ? { before: rules } : {}) }
  }

  return {
    vaults: async () =>
      (
        await all(
          pages('the list of vaults', (NextToken) =>
            ask('ListBackupVaults', async () => {
              const page = await client.send(new sdk.ListBackupVaultsCommand({ MaxResults: PAGE, NextToken }), sent)
              return { items: listed(page.BackupVaultList, 'backup:ListBackupVaults'), next: page.NextToken }
            }),
          ),
        )
      ).flatMap(vaultOf),

    accessPolicy: (BackupVaultName) =>
      answerOf(() =>
        unlessAbsent(
          ask('GetBackupVaultAccessPolicy', () =>
            client.send(new sdk.GetBackupVaultAccessPolicyCommand({ BackupVaultName }), sent),
          ),
          ABSENT,
        ).then((found) => found && told(found.Policy, 'backup:GetBackupVaultAccessPolicy')),
      ),

    notifications: (BackupVaultName) =>
      answerOf(() =>
        unlessAbsent(
          ask('GetBackupVaultNotifications', () =>
            client.send(new sdk.GetBackupVaultNotificationsCommand({ BackupVaultName }), sent),
          ),
          ABSENT,
        ).then(
          (found) =>
            found && {
              topicArn: told(found.SNSTopicArn, 'backup:GetBackupVaultNotifications'),
              events: [...(found.BackupVaultEvents ?? [])].sort(),
            },
        ),
      ),

    points: (BackupVaultName, ByBackupPlanId) =>
      pages(`the list of recovery points of ${BackupVaultName}`, (NextToken) =>
        unlessAbsent(
          ask('ListRecoveryPointsByBackupVault', async () => {
            const asked = { BackupVaultName, MaxResults: PAGE, NextToken, ByBackupPlanId }
            const page = await client.send(new sdk.ListRecoveryPointsByBackupVaultCommand(asked), sent)
            const items = listed(page.RecoveryPoints, 'backup:ListRecoveryPointsByBackupVault')
            return { items: items.flatMap((one) => pointOf(one)), next: page.NextToken }
          }),
          ABSENT,
        ).then((page) => page ?? { items: [], next: undefined }),
      ),

    async plans(before) {
      const known = new Map(before?.map((plan) => [plan.id, plan]))
      const members = await listPlans().catch(async (error: unknown) => {
        if (before === null || !isPassing(error)) throw error
        const answer = await answerOf<never>(() => Promise.reject(error))
        return 'unknown' in answer ? answer : []
      })
      if ('unknown' in members)
        return [...known.values()].map((plan) => {
          const rules = lastKnown(plan.rules)
          return { ...plan, rules: { ...members, ...(rules ? { before: rules } : {}) }, selections: members }
        })
      return (
        await inLanes(members, async ({ BackupPlanId: id, BackupPlanName, BackupPlanArn, CreationDate }) => {
          if (!id) return []
          const command = new sdk.GetBackupPlanCommand({ BackupPlanId: id })
          const rules = await answerOf(() =>
            unlessAbsent(
              ask('GetBackupPlan', () => client.send(command, sent)),
              ABSENT,
            ).then((found) => found && rulesOf(told(found.BackupPlan, 'backup:GetBackupPlan'))),
          )
          // it went while it was read
          if ('value' in rules && rules.value === null) return []
          return [
            {
              id,
              name: BackupPlanName ?? id,
              arn: BackupPlanArn ?? id,
              createdAt: CreationDate?.getTime() ?? null,
              rules: rulesSeen(rules, known.get(id)),
              selections: await answerOf(() => selections(id)),
            },
          ]
        })
      ).flat()
    },

    cutBy,
    close: () => client.destroy(),
  }
}

async function all<T>(given: AsyncIterable<readonly T[]>): Promise<T[]> {
  const items: T[] = []
  for await (const page of given) items.push(...page)
  return items
}
