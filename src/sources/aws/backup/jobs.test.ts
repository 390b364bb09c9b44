import { expect, it } from 'vitest'
import type { FakeBackup, FakeJob } from '../../../../test/fakes/aws-backup-estate.ts'
import {
  hours,
  lookAtBackup,
  pointArn,
  SCOPE,
  START,
  startBackupLooks,
} from '../../../../test/fakes/aws-backup-look.ts'
import { ACCOUNT } from '../../../../test/fakes/aws-server.ts'

const POINT = { id: 'p', vault: 'Default', of: 'vol-a', at: hours(-12) }
const ended = (job: Partial<FakeJob>): FakeJob => ({
  id: 'job-1',
  of: 'vol-a',
  at: hours(-2),
  endedAt: hours(-1),
  ...job,
})
const SAID =
  'Your backup job failed as AWS Backup does not have permission to describe resource arn:aws:s3:::x. Please review your IAM policies.'

it.each([
  [
    'FAILED',
    { message: SAID },
    /^The newest job failed at 2026-11-20T11:00:00.*AWS Backup lacks a permission.*AWS says: "Your backup job failed as/,
  ],
  ['ABORTED', {}, /it was aborted\. Somebody, or something, stopped it/],
  [
    'EXPIRED',
    { message: 'Backup job expired before completion.' },
    /it expired\..*Widen the start and completion windows/,
  ],
  ['PARTIAL', { message: 'one of 3 failed' }, /it saved a part only\./],
  [
    'COMPLETED',
    { category: 'AccessDenied', message: 'You are not authorized to perform this operation.' },
    /it made a recovery point, but not without issues\. AWS Backup lacks/,
  ],
  ['COMPLETED', { category: 'MISCELLANEOUS' }, /not without issues/],
])('a job that is %s %j is a failure', async (state, more, reason) => {
  const { statuses, reasons, failures } = await lookAtBackup({ points: [POINT], jobs: [ended({ state, ...more })] })
  expect(statuses).toEqual({ 'vol-a': 'failed' })
  expect(reasons['vol-a']).toMatch(reason)
  expect(failures).toEqual([
    { kind: 'job-failure', check: `${SCOPE}/ec2:volume/vol-a`, at: START - 3_600_000, reason: expect.any(String) },
  ])
})

it('a recovery point that came later makes up for it', async () => {
  const { statuses } = await lookAtBackup({
    points: [POINT, { ...POINT, id: 'later', at: hours(-0.5) }],
    jobs: [ended({ state: 'FAILED' }), ended({ id: 'job-2', at: hours(-0.5), endedAt: hours(-0.4), point: 'later' })],
  })
  expect(statuses).toEqual({ 'vol-a': 'ok' })
})

it('of several failures the newest is told, in whatever order they are listed', async () => {
  const first = ended({ id: 'a', state: 'FAILED', message: 'first', endedAt: hours(-3) })
  const last = ended({ id: 'b', state: 'FAILED', message: 'last', endedAt: hours(-1) })
  for (const jobs of [
    [first, last],
    [last, first],
  ])
    expect((await lookAtBackup({ points: [POINT], jobs })).reasons['vol-a']).toContain('"last"')
})

it('what never had a recovery point is there too: being made, then failed', async () => {
  const backup: FakeBackup = { jobs: [{ id: 'j', of: 'vol-new', state: 'PENDING', at: hours(-1), startBy: hours(7) }] }
  const { look } = await startBackupLooks(backup)
  const first = await look()
  expect(first.statuses).toEqual({ 'vol-new': 'due' })
  expect(first.checks[0]).toMatchObject({ bornAt: START - 3_600_000 })
  expect(first.said).toContainEqual({
    kind: 'job-running',
    check: `${SCOPE}/ec2:volume/vol-new`,
    since: START - 3_600_000,
    overdueAt: START + 8 * 3_600_000,
  })
  backup.jobs = [{ id: 'j', of: 'vol-new', state: 'FAILED', at: hours(-1), endedAt: hours(0.1) }]
  expect((await look(15)).statuses).toEqual({ 'vol-new': 'failed' })
})

it('a job that runs is overdue only where AWS says until when it must begin', async () => {
  const job = { of: 'vol-a', at: hours(-20), startBy: hours(-12) }
  const running = await lookAtBackup({ points: [POINT], jobs: [{ id: 'j', state: 'RUNNING', ...job }] })
  expect(running.said).toContainEqual(expect.objectContaining({ kind: 'job-running', overdueAt: null }))
  const waiting = await lookAtBackup({ points: [POINT], jobs: [{ id: 'j', state: 'CREATED', ...job }] })
  expect(waiting.statuses).toEqual({ 'vol-a': 'failed' })
})

it('a recovery point that a job made, and that should still be there, is missing when AWS Backup knows of none', async () => {
  const made = ended({ point: 'gone', keepDays: 35 })
  const lost = await lookAtBackup({ jobs: [made] })
  expect(lost.statuses).toEqual({ 'vol-a': 'missing' })
  expect(lost.checks[0]?.detail).toContain('it may have been deleted')
  // its time was over
  expect((await lookAtBackup({ jobs: [{ ...made, at: hours(-48), keepDays: 1 }] })).checks).toEqual([])
})

const WEST = `arn:aws:backup:eu-west-1:${ACCOUNT}:backup-vault:dr`
const OTHER = 'arn:aws:backup:eu-central-1:210987654321:backup-vault:vault:odd'
it('a failed copy is told beside the status, until the next there succeeds', async () => {
  const copy = { of: 'vol-a', to: WEST, at: hours(-5), endedAt: hours(-4) }
  const failed = { ...copy, id: 'c1', state: 'FAILED', message: 'Given key ID is not accessible' }
  const backup: FakeBackup = {
    points: [POINT],
    copies: [failed, { ...copy, id: 'c0', to: OTHER }, { ...copy, id: 'c-1', at: hours(-30), endedAt: hours(-29) }],
  }
  const { look } = await startBackupLooks(backup)
  const first = await look()
  expect(first.statuses).toEqual({ 'vol-a': 'ok' })
  expect(first.checks[0]?.conditions).toEqual([
    {
      type: 'COPY_FAILED',
      outcome: 'fail',
      severity: 'warning',
      reason: expect.stringMatching(
        /^The newest copy to the vault dr in eu-west-1 of 123456789012 failed \(2026-11-20T08:00:00.*KMS key can't be used.*AWS says: "Given key ID is not accessible"$/,
      ),
      advice: expect.stringMatching(/^Mend what the reason names, then copy /),
      evidence: { jobs: ['c1'], vaults: [WEST] },
    },
  ])
  backup.copies?.push(
    { ...copy, id: 'c2', at: hours(0.1), state: 'RUNNING' },
    { ...copy, id: 'c3', to: OTHER, at: hours(0.1), endedAt: hours(0.15), state: 'PARTIAL' },
  )
  const second = await look(15)
  expect(second.checks[0]?.conditions?.[0]).toMatchObject({
    outcome: 'fail',
    reason: expect.stringMatching(
      /^The newest copy to the vault vault:odd in eu-central-1 of 210987654321 copied a part only.*So did that to the vault dr/,
    ),
  })
  backup.copies = [
    { ...copy, id: 'c2', at: hours(0.1), endedAt: hours(0.3) },
    { ...copy, id: 'c4', to: OTHER, at: hours(0.2), endedAt: hours(0.3) },
  ]
  expect((await look(30)).checks[0]?.conditions?.[0]).toMatchObject({ outcome: 'pass' })
})

const PLAN = `arn:aws:backup:eu-central-1:${ACCOUNT}:restore-testing-plan:nightly-0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f`
it.each([
  [{}, 'restored', 'a restore job of AWS Backup', 0],
  [{ testPlan: PLAN }, 'restored', 'the restore testing plan nightly of AWS Backup', 0],
  [{ validation: 'SUCCESSFUL' }, 'verified', expect.any(String), 0],
  [{ validation: 'FAILED', validationMessage: 'no rows' }, 'failed', expect.any(String), 1],
  [{ validation: 'TIMED_OUT' }, 'restored', expect.any(String), 1],
  [{ status: 'FAILED', message: 'You are not authorized to perform this operation.' }, 'failed', expect.any(String), 1],
  [{ status: 'ABORTED', testPlan: PLAN }, 'failed', expect.any(String), 1],
])('a restore that is %j is a drill: %s', async (more, outcome, by, gaps) => {
  const restore = { id: 'r', of: 'vol-a', at: hours(-3), endedAt: hours(-2.5), pointAt: hours(-5), ...more }
  const { drills } = await lookAtBackup({ points: [POINT], restores: [restore] })
  const isFailed = 'status' in more
  expect(drills).toEqual([
    {
      kind: 'drill',
      check: `${SCOPE}/ec2:volume/vol-a`,
      id: 'r',
      at: START - 3 * 3_600_000,
      by,
      outcome,
      rtaMs: isFailed ? null : 1_800_000,
      rpaMs: isFailed ? null : 2 * 3_600_000,
      gaps: Array.from({ length: gaps }, () => expect.any(String)),
      note: isFailed || 'validation' in more ? null : expect.any(String),
    },
  ])
})

it('a restore is a drill once it has been validated, and none when somebody stops it', async () => {
  const restore = { id: 'r', of: 'vol-a', at: hours(-3), endedAt: hours(-2.5), testPlan: PLAN }
  const backup: FakeBackup = {
    points: [POINT],
    restores: [
      { ...restore, validation: 'VALIDATING' },
      { id: 'stopped', of: 'vol-a', status: 'ABORTED', at: hours(-3) },
      { id: 'unknown', point: pointArn('x'), at: hours(-3) },
    ],
  }
  const { look } = await startBackupLooks(backup)
  expect((await look()).drills).toEqual([])
  backup.restores = [{ ...restore, validation: 'SUCCESSFUL' }]
  expect((await look(600)).drills.map(({ outcome }) => outcome)).toEqual(['verified'])
  // told again: it is kept once
  expect((await look(615)).drills).toHaveLength(1)
})
