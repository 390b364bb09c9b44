import type { Condition } from '../../../../domain/condition.ts'
import { printable } from '../../../../lib/printable.ts'
import type { Answer } from './answer.ts'
import type { LockMode } from './lock.ts'
import { excepts, narrows, parsePolicy, type Statement } from './resource-policy.ts'

/** What Audit Manager wants to be denied to everybody: https://docs.aws.amazon.com/config/latest/developerguide/backup-recovery-point-manual-deletion-disabled.html */
export const DENIED_AT_LEAST = [
  'backup:DeleteRecoveryPoint',
  'backup:UpdateRecoveryPointLifecycle',
  'backup:PutBackupVaultAccessPolicy',
]
const UNLOCK = 'backup:DeleteBackupVaultLockConfiguration'
/** All by which recovery points are lost, at once or as a next step. */
const DESTRUCTIVE = [
  ...DENIED_AT_LEAST,
  'backup:DisassociateRecoveryPoint',
  'backup:DeleteBackupVault',
  'backup:DeleteBackupVaultAccessPolicy',
  UNLOCK,
]

const TYPE = 'DELETION_ALLOWED'
const DENY = `Deny ${DENIED_AT_LEAST.join(', ')} to everybody ("Principal": "*", "Resource": "*") in the vault's access policy, or lock the vault.`

/**
 * Whether just anybody may delete what is in a vault, by its access policy (null: it has none). Where it is locked for
 * good, nothing in it can be deleted before its time anyway.
 */
export function judgeAccess(policy: Answer<string | null>, lock: LockMode): Condition {
  if ('unknown' in policy)
    return { type: TYPE, outcome: 'unknown', severity: 'warning', reason: policy.unknown, advice: policy.advice }
  const statements = policy.value === null ? [] : parsePolicy(policy.value)
  if (statements === null)
    return {
      type: TYPE,
      outcome: 'unknown',
      severity: 'warning',
      reason: "The vault's access policy can't be read: it is not in the form that AWS documents.",
      advice: null,
    }

  const open: string[] = []
  const maybe = new Set<string>()
  for (const action of DESTRUCTIVE) {
    if (statements.some((it) => deniesAll(it, action))) continue
    const standing = statements.map((it) => openness(it, action))
    if (standing.includes('open')) open.push(action)
    for (const found of standing) if (found !== null && found !== 'open') for (const key of found.under) maybe.add(key)
  }
  if (open.length > 0) {
    const holds = lock === 'compliance' || (lock !== 'none' && !open.includes(UNLOCK))
    return {
      type: TYPE,
      outcome: 'fail',
      severity: holds ? 'warning' : 'critical',
      reason: `The vault's access policy allows ${open.join(', ')} to anyone${holds ? '; its lock still holds' : ''}.`,
      advice: 'Name the roles that need it, or take the statement out.',
      evidence: { actions: open },
    }
  }
  const denied = DENIED_AT_LEAST.filter((action) => statements.some((it) => deniesAll(it, action)))
  const exceptions = [...new Set(statements.flatMap(exceptionsOf))].map((name) => printable(name).slice(0, 200))
  const but = exceptions.length > 0 ? ` but ${exceptions.slice(0, 5).join(', ')}` : ''
  if (denied.length === DENIED_AT_LEAST.length)
    return pass(`The vault's access policy denies deletion to everybody${but}.`, {
      exceptions: exceptions.slice(0, 20),
    })
  if (lock === 'compliance') return pass('The vault is locked: nothing in it can be deleted before its time.')
  if (maybe.size > 0)
    return {
      type: TYPE,
      outcome: 'unknown',
      severity: 'warning',
      reason: `The vault's access policy allows deletion to anyone under conditions that Backproof does not weigh (${[...maybe].map(printable).slice(0, 5).join(', ')}).`,
      advice: DENY,
    }
  const missing = DENIED_AT_LEAST.filter((action) => !denied.includes(action))
  const what =
    policy.value === null
      ? 'The vault has no access policy'
      : `The vault's access policy does not deny ${missing.join(', ')} to everybody`
  const unlocked = lock === 'none' ? '' : ', once its lock, which can be taken away, is'
  return {
    type: TYPE,
    outcome: 'fail',
    severity: lock === 'cooling' ? 'info' : 'warning',
    reason: `${what}: whoever has the permission in the account can delete its recovery points${unlocked}.`,
    advice: DENY,
    evidence: { not_denied: missing },
  }

  function pass(reason: string, evidence?: Condition['evidence']): Condition {
    return { type: TYPE, outcome: 'pass', severity: 'warning', reason, advice: null, ...(evidence ? { evidence } : {}) }
  }
}

/** Denied to everybody, at most with exceptions by name. A narrower resource leaves recovery points out. */
function deniesAll({ effect, everybody, guards, means, isOfAll }: Statement, action: string): boolean {
  return effect === 'Deny' && everybody !== null && isOfAll && means(action) && guards.every(excepts)
}

function exceptionsOf({ effect, everybody, guards }: Statement): readonly string[] {
  if (effect !== 'Deny' || !everybody) return []
  return [...everybody.except, ...guards.flatMap(({ values }) => values)]
}

/** What an allowing statement gives away: to anyone, to anyone under certain conditions, or (null) to those it names. */
function openness(
  { effect, everybody, guards, means }: Statement,
  action: string,
): 'open' | { under: string[] } | null {
  if (effect !== 'Allow' || !everybody || !means(action) || guards.some(narrows)) return null
  return guards.length === 0 ? 'open' : { under: guards.map(({ operator, key }) => `${operator} ${key}`) }
}
