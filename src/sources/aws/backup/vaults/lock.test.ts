import { expect, test } from 'vitest'
import { type PointFacts, pointOf } from '../facts.ts'
import { judgeKeys, type KeyFacts } from './key.ts'
import { immutabilityOf, judgeLock, lockMode, lockWords } from './lock.ts'
import type { VaultFacts } from './vault.ts'

const now = Date.parse('2026-11-20T12:30:00Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR
const aVault = (more: Partial<VaultFacts> = {}): VaultFacts => ({
  name: 'v',
  arn: 'arn:aws:backup:eu-central-1:123456789012:backup-vault:v',
  type: 'BACKUP_VAULT',
  createdAt: 0,
  pointCount: 1,
  keyArn: null,
  isLocked: false,
  lockedFrom: null,
  minRetentionDays: null,
  maxRetentionDays: null,
  ...more,
})
const point = (more: object = {}): PointFacts => {
  const given = { RecoveryPointArn: 'arn:p', ResourceArn: 'arn:r', CreationDate: new Date(now - HOUR), ...more }
  const [found] = pointOf(given)
  if (!found) throw new Error('it is no point')
  return found
}

test.each<[string, Partial<VaultFacts>, string, string, string]>([
  ['is not locked', {}, 'none', 'fail warning', 'Not locked.'],
  [
    'is locked for good',
    { isLocked: true, lockedFrom: now, minRetentionDays: 30 },
    'compliance',
    'pass warning',
    'Locked in compliance mode (new points are kept at least 30 days).',
  ],
  [
    'can still be unlocked',
    { isLocked: true, lockedFrom: now + DAY },
    'cooling',
    'fail info',
    'Locked, for good from 2026-11-21T12:30:00Z on.',
  ],
  [
    'can be unlocked by some',
    { isLocked: true, maxRetentionDays: 9 },
    'governance',
    'fail warning',
    'Locked in governance mode (new points are kept at most 9 days): the lock can be taken away.',
  ],
  [
    'is air-gapped',
    { type: 'LOGICALLY_AIR_GAPPED_BACKUP_VAULT', minRetentionDays: 7, maxRetentionDays: 30 },
    'compliance',
    'pass warning',
    'Logically air-gapped (new points are kept at least 7 days, at most 30 days).',
  ],
])('a vault that %s', (_, more, mode, verdict, words) => {
  const vault = aVault(more)
  expect(lockMode(vault, now)).toBe(mode)
  const { outcome, severity } = judgeLock(vault, now)
  expect(`${outcome} ${severity}`).toBe(verdict)
  expect(lockWords(vault, now)).toBe(words)
  expect(immutabilityOf(vault, point(), now) !== null).toBe(mode === 'compliance')
})

test.each<[string, object | undefined, number | null | undefined]>([
  ['when its lifecycle ends', { CalculatedLifecycle: { DeleteAt: new Date(now + DAY) } }, now + DAY],
  ['for ever without a lifecycle', {}, null],
  ['not at all where there is no point', undefined, undefined],
])('a locked vault keeps its newest point %s', (_, given, until) => {
  const locked = aVault({ isLocked: true, lockedFrom: now - DAY })
  expect(immutabilityOf(locked, given ? point(given) : null, now)?.until).toBe(until)
})

const keys = (...given: (Partial<KeyFacts> | null | string)[]) =>
  new Map(
    given.map((one, n) => [
      `arn:aws:kms:eu-central-1:123456789012:key/${n}`,
      typeof one === 'string'
        ? { unknown: one, advice: null }
        : { value: one && { state: 'Enabled', deletedAt: null, expiresAt: null, isOfAws: false, ...one } },
    ]),
  )

test.each<[string, Parameters<typeof keys>, string, string]>([
  ['is enabled', [{}], 'pass critical', 'Its key is enabled.'],
  ['is managed by AWS', [{ isOfAws: true }, {}], 'pass critical', "can't be copied to another account"],
  ['is disabled', [{ state: 'Disabled' }], 'fail critical', 'is disabled'],
  ['will be deleted', [{ state: 'PendingDeletion', deletedAt: now + DAY }], 'fail critical', 'at 2026-11-21T12:30:00Z'],
  [
    'will be deleted when its replicas are',
    [{ state: 'PendingReplicaDeletion' }],
    'fail critical',
    'will be deleted, and',
  ],
  ['has no material', [{ state: 'PendingImport' }], 'fail critical', 'no key material'],
  ['is out of reach', [{ state: 'Unavailable' }], 'fail critical', 'key store of'],
  ['is gone', [{}, null], 'fail critical', 'key/1 does not exist'],
  ['expires soon', [{ expiresAt: now + 13 * DAY }], 'fail warning', 'expires at 2026-12-03T12:30:00Z'],
  ['expires much later', [{ expiresAt: now + 15 * DAY }], 'pass critical', 'enabled'],
  ['is being made', [{ state: 'Creating' }], 'pass critical', 'enabled'],
  ['is in a state of later times', [{ state: 'Sleeping' }], 'unknown critical', '"Sleeping"'],
  ["can't be seen", ['it is denied'], 'unknown critical', 'it is denied'],
  [
    'is worse than one that can not be seen',
    ['it is denied', { state: 'Disabled' }, { state: 'Disabled' }],
    'fail critical',
    'So it is with 1 more.',
  ],
  ['is worse than one that expires', [{ expiresAt: now }, { state: 'Disabled' }], 'fail critical', 'is disabled'],
])('a key that %s', (_, given, verdict, words) => {
  const { outcome, severity, reason } = judgeKeys(keys(...given), now)
  expect(`${outcome} ${severity}`).toBe(verdict)
  expect(reason).toContain(words)
})
