import { expect, it } from 'vitest'
import type { FakeVault } from '../../../../../test/fakes/aws-backup-estate.ts'
import { REGION } from '../../../../../test/fakes/aws-backup-look.ts'
import { AROUND, DAILY, KEY, POINT, postureLooks, WELL } from '../../../../../test/fakes/aws-posture.ts'
import { ACCOUNT, type FakeRegion } from '../../../../../test/fakes/aws-server.ts'

it.each<[string, Partial<FakeVault>, FakeRegion['keys'], string | undefined, string]>([
  ['is disabled', {}, { [KEY]: { state: 'Disabled' } }, 'critical', 'is disabled'],
  [
    'will be deleted',
    {},
    { [KEY]: { state: 'PendingDeletion', deletedAt: '2026-11-27T00:00:00Z' } },
    'critical',
    'at 2026-11-27T00:00:00Z',
  ],
  ['is gone', {}, {}, 'critical', 'does not exist any more'],
  [
    'loses its material',
    {},
    { [KEY]: { expiresAt: '2026-11-22T00:00:00Z' } },
    'warning',
    'expires at 2026-11-22T00:00:00Z',
  ],
  ['is managed by AWS', {}, { [KEY]: { manager: 'AWS' } }, 'pass', 'AWS managed'],
  ["is AWS's own", { keyType: 'AWS_OWNED_KMS_KEY' }, {}, undefined, ''],
  ['is of another region', { keyArn: `arn:aws:kms:us-east-1:${ACCOUNT}:key/1` }, {}, undefined, ''],
])('a vault whose key %s', async (_, vault, keys, verdict, words) => {
  const backup = { ...WELL, vaults: [{ ...DAILY, ...vault }] }
  const { conditions, reason, asked } = await (
    await postureLooks({ backup, around: { ...AROUND, keys: keys ?? {} } })
  )()
  expect(conditions['vault:daily']?.KEY_UNUSABLE).toBe(verdict)
  expect(reason('vault:daily', 'KEY_UNUSABLE') ?? '').toContain(words)
  expect(asked.DescribeKey).toBe(verdict === undefined ? undefined : 1)
})

it('the keys of what is in a vault count too', async () => {
  const other = `arn:aws:kms:${REGION}:${ACCOUNT}:key/of-the-volume`
  const backup = { ...WELL, points: [{ ...POINT, keyArn: other }] }
  const { reason } = await (
    await postureLooks({ backup, around: { ...AROUND, keys: { [KEY]: {}, [other]: { state: 'Disabled' } } } })
  )()
  expect(reason('vault:daily', 'KEY_UNUSABLE')).toContain('of-the-volume is disabled')
})

it('each of the keys of what is in a vault is asked for once, up to 200; how many are left is said', async () => {
  const keyOf = (n: number) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${n}`
  const verdictOf = async (count: number, state: string) => {
    const names = Array.from({ length: count }, (_, n) => n + 2)
    const points = names.map((n) => ({ ...POINT, id: `p${n}`, of: `vol-${n}`, keyArn: keyOf(n) }))
    const all = Object.fromEntries(names.map((n) => [keyOf(n), n === 30 ? { state } : {}]))
    const look = await postureLooks({
      backup: { ...WELL, points },
      around: { ...AROUND, keys: { [KEY]: {}, ...all } },
    })
    const { conditions, reason, asked } = await look()
    return [asked.DescribeKey, conditions['vault:daily']?.KEY_UNUSABLE, reason('vault:daily', 'KEY_UNUSABLE')]
  }
  expect(await verdictOf(40, 'Disabled')).toEqual([41, 'critical', expect.stringContaining('key/30 is disabled')])
  expect(await verdictOf(40, 'Enabled')).toEqual([41, 'pass', 'Its keys are enabled.'])
  expect(await verdictOf(209, 'Enabled')).toEqual([
    200,
    'unknown',
    expect.stringContaining('10 more were not asked for'),
  ])
}, 30_000)
