import type { BackupPlan, BackupRule, BackupSelection } from '@aws-sdk/client-backup'

import { type Answer, lastKnown, type Remembered } from '../vaults/answer.ts'

/** How long recovery points are kept, in days; null: for ever. */
export interface RetentionFacts {
  days: number | null
}

export interface RuleFacts {
  id: string
  name: string
  vault: string
  /** ARN of the air-gapped vault that it fills too, or instead. */
  airGapped: string | null
  startWithinMs: number
  retention: RetentionFacts
  isContinuous: boolean
  copies: readonly { vaultArn: string; retention: RetentionFacts }[]
  /** As AWS has it: "cron(0 5 ? * * *)". */
  schedule: string
  timeZone: string
}

/** Which resources a plan backs up: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupSelection.html */
export interface SelectionFacts {
  name: string
  roleArn: string
  resources: readonly string[]
  notResources: readonly string[]
  anyOfTags: readonly TagTest[]
  allOf: readonly (TagTest & { operator: 'equals' | 'not-equals' | 'like' | 'not-like' })[]
}

export interface TagTest {
  key: string
  value: string
}

export interface PlanFacts {
  id: string
  name: string
  arn: string
  createdAt: number | null
  rules: Remembered<readonly RuleFacts[]>
  selections: Answer<readonly SelectionFacts[]>
}

/** As they are, or as they were when they were last seen: when a backup is due must not change by what can't be seen now. */
export const knownRules = ({ rules }: Pick<PlanFacts, 'rules'>): readonly RuleFacts[] => lastKnown(rules) ?? []

// what they are when nobody says: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRule.html
const START_WITHIN_MINUTES = 480
const SCHEDULE = 'cron(0 5 ? * * *)'

export function rulesOf({ Rules = [] }: BackupPlan): RuleFacts[] {
  return Rules.map(ruleOf)
}

function ruleOf(rule: BackupRule): RuleFacts {
  return {
    id: rule.RuleId ?? '',
    name: rule.RuleName ?? rule.RuleId ?? '',
    vault: rule.TargetBackupVaultName ?? '',
    airGapped: rule.TargetLogicallyAirGappedBackupVaultArn ?? null,
    startWithinMs: (rule.StartWindowMinutes ?? START_WITHIN_MINUTES) * 60_000,
    retention: retentionOf(rule.Lifecycle),
    isContinuous: rule.EnableContinuousBackup ?? false,
    copies: (rule.CopyActions ?? []).flatMap(({ DestinationBackupVaultArn, Lifecycle }) =>
      DestinationBackupVaultArn ? [{ vaultArn: DestinationBackupVaultArn, retention: retentionOf(Lifecycle) }] : [],
    ),
    schedule: rule.ScheduleExpression ?? SCHEDULE,
    timeZone: rule.ScheduleExpressionTimezone ?? 'UTC',
  }
}

/** -1 and nothing stand for "for ever". */
function retentionOf(given: BackupRule['Lifecycle']): RetentionFacts {
  const days = given?.DeleteAfterDays
  return { days: days === undefined || days < 0 ? null : days }
}

export function selectionOf(given: BackupSelection): SelectionFacts {
  const tests = (some: readonly { ConditionKey?: string | undefined; ConditionValue?: string | undefined }[] = []) =>
    some.map(({ ConditionKey = '', ConditionValue = '' }) => ({
      // written "aws:ResourceTag/backup" or "backup"
      key: ConditionKey.replace(/^aws:ResourceTag\//, ''),
      value: ConditionValue,
    }))
  const { Conditions: conditions = {} } = given
  return {
    name: given.SelectionName ?? '',
    roleArn: given.IamRoleArn ?? '',
    resources: given.Resources ?? [],
    notResources: given.NotResources ?? [],
    anyOfTags: tests(given.ListOfTags),
    allOf: [
      ...tests(conditions.StringEquals).map((test) => ({ ...test, operator: 'equals' as const })),
      ...tests(conditions.StringNotEquals).map((test) => ({ ...test, operator: 'not-equals' as const })),
      ...tests(conditions.StringLike).map((test) => ({ ...test, operator: 'like' as const })),
      ...tests(conditions.StringNotLike).map((test) => ({ ...test, operator: 'not-like' as const })),
    ],
  }
}
