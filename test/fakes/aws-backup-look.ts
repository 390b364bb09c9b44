import { onTestFinished } from 'vitest'
import { z } from 'zod'
import type { CheckFacts } from '../../src/domain/facts.ts'
import { instant } from '../../src/domain/instant.ts'
import type { Observation } from '../../src/domain/observation.ts'
import { judgeStatus } from '../../src/evaluation/status.ts'
import { newSighting, seeFailure, seePoint, seeRun } from '../../src/inventory/sighting.ts'
import { createAws } from '../../src/sources/aws/index.ts'
import type { FakeBackup, FakePoint } from './aws-backup-estate.ts'
import { ACCOUNT, type FakeAws, type FakeAwsOptions, startAws } from './aws-server.ts'
import { aCheck } from './checks.ts'
import { aPolicy } from './policy.ts'
import { type Scanned, scanOf } from './scan.ts'

export const START = Date.parse('2026-11-20T12:00:00Z')
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const REGION = 'eu-central-1'
export const SCOPE = `prod/backup:${REGION}`

/** An instant as so many hours before (or, positive, after) the start of the test. */
export const hours = (count: number): string => new Date(START + count * HOUR).toISOString()
export const volume = (id: string): string => `arn:aws:ec2:${REGION}:${ACCOUNT}:volume/${id}`
export const pointArn = (id: string): string => `arn:aws:backup:${REGION}:${ACCOUNT}:recovery-point:${id}`

/** A point in the vault "daily", so many hours from the start of the test. */
export const point = (id: string, of: string, at: number, more: Partial<FakePoint> = {}): FakePoint => ({
  id,
  of,
  vault: 'daily',
  at: hours(at),
  ...more,
})

export interface BackupLooks {
  server: FakeAws
  /** One look, so many minutes after the start, by a process that remembers those before. */
  look(minutes?: number, signal?: AbortSignal): Promise<BackupLooked>
}

export interface BackupLooked extends Scanned {
  /** How often each action was asked for in this look. */
  asked: Record<string, number>
  drills: Extract<Observation, { kind: 'drill' }>[]
  /** By the last part of the check's id: the status that it comes to, and why. */
  statuses: Record<string, string>
  reasons: Record<string, string>
}

/** A region of AWS Backup that is looked at again and again, until the test ends. What is given may be changed between looks. */
export async function startBackupLooks(
  backup: FakeBackup,
  config: object = {},
  options: FakeAwsOptions = {},
  /** More of the source's own settings. */
  more: object = {},
): Promise<BackupLooks> {
  const region = {
    backup,
    // what has recovery points is there, unless a test says otherwise
    get volumes() {
      return [...new Set((backup.points ?? []).map(({ of }) => of))].map((id) => ({ id }))
    },
  }
  const server = await startAws({ accounts: { [ACCOUNT]: { [REGION]: region } }, ...options })
  onTestFinished(() => server.stop())
  const source = createAws({ env: {} })
  const written = {
    endpoint: server.url,
    access_key_id: 'AKIATEST',
    secret_access_key: 'the secret of the test',
    regions: [REGION],
    checks: { backup: { posture: false, ...config } },
    ...more,
  }
  const parsed = source.config.parse(written)
  // the same object at each look: what is known is kept as long as the configuration
  const same = { ...source, config: z.unknown().transform(() => parsed) }
  return {
    server,
    async look(minutes = 0, signal) {
      const now = instant(START + minutes * MINUTE)
      backup.at = new Date(now).toISOString()
      const before = server.requests.length
      const scanned = await scanOf(same, written, {
        now,
        name: 'prod',
        scope: `backup:${REGION}`,
        ...(signal ? { signal } : {}),
      })
      const asked: Record<string, number> = {}
      for (const { action } of server.requests.slice(before))
        if (action !== 'GetCallerIdentity') asked[action] = (asked[action] ?? 0) + 1
      const judged = judge(scanned.said, now)
      return {
        ...scanned,
        asked,
        drills: scanned.said.filter((each) => each.kind === 'drill'),
        statuses: Object.fromEntries(judged.map(({ id, status }) => [id, status])),
        reasons: Object.fromEntries(judged.map(({ id, reason }) => [id, reason])),
      }
    },
  }
}

/** The first look at it. */
export async function lookAtBackup(...given: Parameters<typeof startBackupLooks>): Promise<BackupLooked> {
  return (await startBackupLooks(...given)).look()
}

const policy = aPolicy({ threshold: { kind: 'age', maxAgeMs: 33 * HOUR } })

function judge(said: readonly Observation[], now: ReturnType<typeof instant>) {
  const seen = new Map<string, ReturnType<typeof newSighting>>()
  const factsOf = (check: string): CheckFacts => {
    const sighting = seen.get(check)
    if (!sighting) throw new Error(`${check} was not told before`)
    return sighting.facts
  }
  for (const one of said) {
    if (one.kind === 'resource') seen.set(one.check, newSighting(one))
    if (one.kind === 'recovery-point') seePoint(factsOf(one.point.check), one.point, now)
    if (one.kind === 'job-failure') seeFailure(factsOf(one.check), one)
    if (one.kind === 'job-running') seeRun(factsOf(one.check), one)
  }
  return [...seen.values()].map(({ observed, facts }) => {
    const subject = aCheck(observed.check, { facts, bornAt: observed.bornAt ?? null })
    return { id: observed.check.split(/[/:]/).at(-1) ?? '', ...judgeStatus(subject, policy, now) }
  })
}
