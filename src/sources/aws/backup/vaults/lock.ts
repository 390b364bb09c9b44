import type { Condition } from '../../../../domain/condition.ts'
import type { Immutability } from '../../../../domain/immutability.ts'
import { instant, toIso } from '../../../../domain/instant.ts'
import type { PointFacts } from '../facts.ts'
import { AIR_GAPPED, type VaultFacts } from './vault.ts'

/**
 * compliance: nobody can take it away. cooling: nobody will be able to from its date on. governance: whoever has the
 * permission can. https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
 */
export type LockMode = 'compliance' | 'cooling' | 'governance' | 'none'

export function lockMode({ type, isLocked, lockedFrom }: VaultFacts, now: number): LockMode {
  // such a vault comes locked, and without a time in which that could be undone
  if (type === AIR_GAPPED) return 'compliance'
  if (!isLocked) return 'none'
  if (lockedFrom === null) return 'governance'
  return lockedFrom <= now ? 'compliance' : 'cooling'
}

/** What the lock promises of the newest point; null: nothing that lasts. */
export function immutabilityOf(vault: VaultFacts, newest: PointFacts | null, now: number): Immutability | null {
  if (!newest || lockMode(vault, now) !== 'compliance') return null
  const how = vault.type === AIR_GAPPED ? 'logically air-gapped vault' : 'vault lock in compliance mode'
  // a lock keeps each point for as long as its own lifecycle says, which nobody can shorten; without one, for ever
  return { how, until: newest.deleteAt === null ? null : instant(newest.deleteAt) }
}

/** Of a vault that was to be locked. */
export function judgeLock(vault: VaultFacts, now: number): Condition {
  const told = { type: 'LOCK_MISSING', severity: 'warning', advice: null } as const
  const mode = lockMode(vault, now)
  if (mode === 'compliance')
    return { ...told, outcome: 'pass', reason: 'The vault is locked, and nobody can take the lock away.' }
  const advice = 'Set Vault Lock in compliance mode: with a number of days after which it can not be changed.'
  if (mode === 'none') return { ...told, outcome: 'fail', reason: 'The vault is not locked.', advice }
  if (mode === 'governance')
    return {
      ...told,
      outcome: 'fail',
      reason: 'The vault is locked in governance mode only: whoever has the permission can take the lock away.',
      advice,
    }
  const from = toIso(instant(vault.lockedFrom ?? now))
  return {
    ...told,
    outcome: 'fail',
    severity: 'info',
    reason: `The vault's lock can still be taken away: it is in force for good from ${from} on.`,
  }
}

/** A sentence on the lock, for the check. */
export function lockWords(vault: VaultFacts, now: number): string {
  const { minRetentionDays: min, maxRetentionDays: max } = vault
  const limits = [min ? `at least ${min} days` : '', max ? `at most ${max} days` : ''].filter(Boolean).join(', ')
  const kept = limits ? ` (new points are kept ${limits})` : ''
  switch (lockMode(vault, now)) {
    case 'compliance':
      return vault.type === AIR_GAPPED ? `Logically air-gapped${kept}.` : `Locked in compliance mode${kept}.`
    case 'cooling':
      return `Locked, for good from ${toIso(instant(vault.lockedFrom ?? now))} on${kept}.`
    case 'governance':
      return `Locked in governance mode${kept}: the lock can be taken away.`
    default:
      return 'Not locked.'
  }
}
