import type { Condition } from '../../../../domain/condition.ts'
import { printable } from '../../../../lib/printable.ts'
import type { Answer } from './answer.ts'
import { narrows, parsePolicy, type Statement } from './resource-policy.ts'

/** Whom a vault tells of what. */
export interface VaultNotifications {
  topicArn: string
  events: readonly string[]
}

/** What is used of a topic. */
export interface TopicFacts {
  /** Whether anybody at all has confirmed a subscription; who asked and has not confirmed gets nothing. */
  hasSubscriber: Answer<boolean>
  pending: number
  policy: Answer<string | null>
}

const TYPE = 'NOTIFICATIONS_MISSING'
const BACKUP = 'backup.amazonaws.com'
/**
 * In the enumeration, and sent for nothing any more; the end of a job, failed or not, is BACKUP_JOB_COMPLETED.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultNotifications.html
 */
const DEAD = new Set([
  'BACKUP_JOB_FAILED',
  'BACKUP_JOB_SUCCESSFUL',
  'BACKUP_JOB_EXPIRED',
  'RESTORE_JOB_FAILED',
  'RESTORE_JOB_SUCCESSFUL',
  'BACKUP_PLAN_CREATED',
  'BACKUP_PLAN_MODIFIED',
])
const NEEDED = 'BACKUP_JOB_COMPLETED'
const ADVISED = ['COPY_JOB_FAILED', 'RESTORE_JOB_COMPLETED']
const SUBSCRIBE =
  'Give the vault a topic of this account and region for BACKUP_JOB_COMPLETED, COPY_JOB_FAILED and RESTORE_JOB_COMPLETED, with a confirmed subscription.'

/** Whether anybody would hear of a failed job of a vault. `notifications`: null, where it has none. */
export function judgeNotifications(
  notifications: Answer<VaultNotifications | null>,
  topics: ReadonlyMap<string, Answer<TopicFacts | null>>,
  where: { account: string; region: string },
): Condition {
  if ('unknown' in notifications) return unknown(notifications)
  const set = notifications.value
  if (set === null) return fail('The vault has no topic: nobody is told when a backup job fails.', SUBSCRIBE)
  const name = printable(set.topicArn)

  if (!set.events.includes(NEEDED)) {
    const dead = set.events.filter((event) => DEAD.has(event))
    const why =
      dead.length > 0
        ? `${dead.map(printable).join(', ')} ${dead.length > 1 ? 'are' : 'is'} set, which AWS Backup sends for nothing any more`
        : `only ${set.events.map(printable).join(', ') || 'nothing'} is set`
    return fail(
      `Nobody is told when a backup job of the vault fails: ${why}.`,
      `Set ${NEEDED}: it comes at the end of each job, and its State says whether it FAILED, was ABORTED or EXPIRED.`,
    )
  }
  const [, , , region, account] = set.topicArn.split(':')
  if (account !== where.account || region !== where.region)
    return fail(`The vault's topic ${name} is of another account or region: AWS Backup sends nothing there.`, SUBSCRIBE)
  if (set.topicArn.endsWith('.fifo'))
    return fail(`The vault's topic ${name} is a FIFO topic, which AWS Backup does not support.`, SUBSCRIBE)

  const topic = topics.get(set.topicArn)
  if (!topic) return unknown({ unknown: `The vault's topic ${name} was not looked at.`, advice: null })
  if ('unknown' in topic) return unknown(topic)
  if (topic.value === null) return fail(`The vault's topic ${name} does not exist.`, SUBSCRIBE)
  return judgeTopic(name, topic.value, set, where.account)
}

function judgeTopic(
  name: string,
  { hasSubscriber, pending, policy }: TopicFacts,
  { events }: VaultNotifications,
  account: string,
): Condition {
  if ('value' in hasSubscriber && !hasSubscriber.value) {
    const waiting = pending > 0 ? ` (${pending} not confirmed)` : ''
    return fail(
      `Nobody is subscribed to the vault's topic ${name}${waiting}.`,
      pending > 0
        ? 'Confirm the subscription, by the message that AWS has sent.'
        : 'Subscribe whoever is to hear of it.',
    )
  }
  const standing = 'value' in policy && policy.value !== null ? mayPublish(policy.value, account) : 'unknown'
  if (standing === 'no')
    return fail(
      `The policy of the vault's topic ${name} does not let ${BACKUP} publish to it.`,
      `Allow sns:Publish to the service ${BACKUP} in the topic's policy.`,
    )
  if ('unknown' in hasSubscriber) return unknown(hasSubscriber)
  if (standing === 'unknown' && 'value' in policy)
    return unknown({
      unknown: `Whether ${BACKUP} may publish to the vault's topic ${name} can't be told from the topic's policy.`,
      advice: `Allow sns:Publish to the service ${BACKUP} there, without conditions or with aws:SourceAccount.`,
    })
  const lacking = ADVISED.filter((event) => !events.includes(event))
  const also = lacking.length > 0 ? ` Of ${lacking.join(' and ')} nobody is told.` : ''
  const unseen = 'unknown' in policy ? ` Whether AWS Backup may publish there can't be seen: ${policy.unknown}` : ''
  return pass(`Failed jobs are told to ${name}.${also}${unseen}`)
}

/**
 * Whether a topic's policy lets AWS Backup publish. Only what allows nothing of the kind at all is a "no".
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-notifications.html
 */
export function mayPublish(text: string, account: string): 'yes' | 'no' | 'unknown' {
  const statements = parsePolicy(text)
  if (statements === null) return 'unknown'
  const about = statements.filter(
    (it) => it.means('sns:Publish') && (it.everybody !== null || it.services.includes(BACKUP)),
  )
  if (about.some((it) => it.effect === 'Deny' && it.guards.length === 0 && !it.everybody?.except.includes(BACKUP)))
    return 'no'
  const allowing = about.filter(({ effect }) => effect === 'Allow').map((it) => allows(it, account))
  if (allowing.includes('yes')) return 'yes'
  return allowing.includes('unknown') ? 'unknown' : 'no'
}

function allows({ guards }: Statement, account: string): 'yes' | 'no' | 'unknown' {
  const own = guards.filter((guard) => !/^aws:SourceAccount$/i.test(guard.key) || !guard.values.includes(account))
  if (own.length === 0) return 'yes'
  // the policy that a topic has from the start (aws:SourceOwner) names no service: AWS asks for a statement of its own
  const isOther = own.some((guard) => narrows(guard) && /^aws:(?:SourceAccount|Principal.+)$/i.test(guard.key))
  return isOther ? 'no' : 'unknown'
}

function unknown({ unknown: reason, advice }: { unknown: string; advice: string | null }): Condition {
  return { type: TYPE, outcome: 'unknown', severity: 'warning', reason, advice }
}

function fail(reason: string, advice: string): Condition {
  return { type: TYPE, outcome: 'fail', severity: 'warning', reason, advice }
}

function pass(reason: string): Condition {
  return { type: TYPE, outcome: 'pass', severity: 'warning', reason, advice: null }
}
