import type { KeyMetadata } from '@aws-sdk/client-kms'
import type { Condition } from '../../../../domain/condition.ts'
import { instant, toIso } from '../../../../domain/instant.ts'
import { printable } from '../../../../lib/printable.ts'
import type { Answer } from './answer.ts'

/** What is used of a key. Instants are epoch milliseconds. */
export interface KeyFacts {
  state: string
  deletedAt: number | null
  /** Imported key material is gone from then on. */
  expiresAt: number | null
  isOfAws: boolean
}

const WARN_BEFORE_MS = 14 * 24 * 3_600_000

export function keyOf({ KeyState, DeletionDate, ValidTo, ExpirationModel, KeyManager }: KeyMetadata): KeyFacts {
  return {
    state: KeyState ?? 'unknown',
    deletedAt: DeletionDate?.getTime() ?? null,
    expiresAt: ExpirationModel === 'KEY_MATERIAL_EXPIRES' ? (ValidTo?.getTime() ?? null) : null,
    isOfAws: KeyManager === 'AWS',
  }
}

const TYPE = 'KEY_UNUSABLE'
const LOST = 'what it encrypted can not be restored, and the next backups will fail'

/**
 * Whether the keys of a vault and of what is in it can be used: null is one that is gone for good. The worst decides.
 * `unasked`: so many more there are.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
 */
export function judgeKeys(keys: ReadonlyMap<string, Answer<KeyFacts | null>>, now: number, unasked = 0): Condition {
  const told = [...keys].map(([arn, answer]) => judgeKey(arn, answer, now))
  const worst =
    told.find(({ outcome, severity }) => outcome === 'fail' && severity === 'critical') ??
    told.find(({ outcome }) => outcome === 'fail') ??
    told.find(({ outcome }) => outcome === 'unknown')
  if (worst) {
    const more = told.filter(({ outcome }) => outcome === worst.outcome).length - 1
    return more > 0 ? { ...worst, reason: `${worst.reason} So it is with ${more} more.` } : worst
  }
  if (unasked > 0)
    return {
      type: TYPE,
      outcome: 'unknown',
      severity: 'critical',
      reason: `Of the keys of what is in it ${keys.size} are enabled; ${unasked} more were not asked for.`,
      advice: `Backproof asks for ${keys.size} keys of a vault at most. Spread what it backs up over several vaults, or use fewer keys.`,
    }
  const awsManaged = [...keys.values()].some((answer) => 'value' in answer && answer.value?.isOfAws)
  const note = awsManaged ? " One is an AWS managed key: its backups can't be copied to another account." : ''
  return pass(`${keys.size === 1 ? 'Its key is' : 'Its keys are'} enabled.${note}`)
}

function judgeKey(arn: string, answer: Answer<KeyFacts | null>, now: number): Condition {
  if ('unknown' in answer)
    return { type: TYPE, outcome: 'unknown', severity: 'critical', reason: answer.unknown, advice: answer.advice }
  const name = printable(arn)
  const key = answer.value
  if (key === null) return fail(`The key ${name} does not exist any more: ${LOST}.`, 'Back up anew with another key.')
  switch (key.state) {
    case 'Enabled':
    case 'Creating':
    case 'Updating':
      break
    case 'Disabled':
      return fail(`The key ${name} is disabled: ${LOST}.`, 'Enable it (kms:EnableKey).')
    case 'PendingDeletion':
    case 'PendingReplicaDeletion': {
      const when = key.deletedAt === null ? '' : ` at ${toIso(instant(key.deletedAt))}`
      return fail(
        `The key ${name} will be deleted${when}, and can not be used until then: ${LOST}.`,
        'Cancel its deletion (kms:CancelKeyDeletion) and enable it, before it is too late.',
      )
    }
    case 'PendingImport':
      return fail(`The key ${name} has no key material: ${LOST}.`, 'Import it again.')
    case 'Unavailable':
      return fail(`The key store of ${name} can't be reached: ${LOST}.`, 'Connect the custom key store again.')
    default:
      return {
        type: TYPE,
        outcome: 'unknown',
        severity: 'critical',
        reason: `The state of the key ${name} is "${printable(key.state)}".`,
        advice: null,
      }
  }
  if (key.expiresAt !== null && key.expiresAt <= now + WARN_BEFORE_MS)
    return {
      ...fail(
        `The imported material of the key ${name} expires at ${toIso(instant(key.expiresAt))}.`,
        'Import it again.',
      ),
      severity: 'warning',
    }
  return pass('')
}

function fail(reason: string, advice: string): Condition {
  return { type: TYPE, outcome: 'fail', severity: 'critical', reason, advice }
}

function pass(reason: string): Condition {
  return { type: TYPE, outcome: 'pass', severity: 'critical', reason, advice: null }
}
