import { z } from 'zod'
import { type Instant, instant } from '../../src/domain/instant.ts'
import { awsConfig } from '../../src/sources/aws/config.ts'
import { createAws } from '../../src/sources/aws/index.ts'
import type { FakeDatabase, FakeDbEvent, FakeDbSnapshot, FakeList, FakeRegion } from './aws-estate.ts'
import { ACCOUNT, type FakeAws, type FakeAwsOptions, startAws } from './aws-server.ts'
import { type Scanned, scanOf } from './scan.ts'

const SECRET = 'the secret of the events of the test'

export const START = instant(Date.parse('2026-11-20T12:00:00Z'))
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

export const at = (ms: number) => new Date(START + ms).toISOString()

export interface RdsLooked extends Scanned {
  /** The newest good snapshot of each database, by its name; "-": none. */
  good: Record<string, string>
  /** How often each action was asked for, those with a filter by its name. */
  asked: Record<string, number>
}

/** One region with databases, looked at again and again by one process. */
export interface RdsEstate {
  server: FakeAws
  /** By what it knows; `isNew`: by a process that has just begun. */
  look(ms: number, isNew?: boolean): Promise<RdsLooked>
  /** What AWS itself tells it, by EventBridge. */
  hear(type: string, arn: string, region?: string): Promise<void>
}

export async function startRds(
  region: FakeRegion,
  options: FakeAwsOptions = {},
  checks: object = { pitr: false },
  context: Parameters<typeof scanOf>[2] = {},
): Promise<RdsEstate> {
  let now: Instant = START
  const server = await startAws({ accounts: { [ACCOUNT]: { 'eu-central-1': region } }, now: () => now, ...options })
  const written = {
    endpoint: server.url,
    access_key_id: 'AKIATEST',
    secret_access_key: 'the secret of the test',
    role_arn: `arn:aws:iam::${ACCOUNT}:role/read`,
    regions: ['eu-central-1'],
    checks: { rds: checks },
    events: { eventbridge: { secret: SECRET } },
  }
  const config = awsConfig.parse(written)
  const begin = () => ({ ...createAws({ env: {} }), config: z.unknown().transform(() => config) })
  const known = begin()
  return {
    server,
    async hear(type, arn, where = 'eu-central-1') {
      const event = { source: 'aws.rds', 'detail-type': type, region: where, resources: [arn] }
      const headers = { 'x-api-key': SECRET }
      const request = {
        kind: 'eventbridge' as const,
        source: 'prod',
        headers,
        body: JSON.stringify(event),
        remote: null,
      }
      const reception = await known.hook?.('prod', config, request)
      if (reception?.outcome !== 'news') throw new Error(`it was taken as ${JSON.stringify(reception)}`)
    },
    async look(ms, isNew = false) {
      now = instant(START + ms)
      const before = server.requests.length
      const scanned = await scanOf(isNew ? begin() : known, written, { now, name: 'prod', ...context })
      const asked = server.requests
        .slice(before)
        .filter(({ action }) => action !== 'AssumeRole')
        .map(({ action, parameters }) => parameters.get('Filters.Filter.1.Name') ?? action)
      const good = scanned.points.filter(({ state }) => state === 'complete')
      const newest = new Map(good.map(({ check, id }) => [check, id]))
      return {
        ...scanned,
        good: Object.fromEntries(
          scanned.checks
            .filter(({ type }) => type !== 'rds-pitr')
            .map(({ check, resource }) => [resource.name, newest.get(check)?.split('snapshot:')[1] ?? '-']),
        ),
        asked: Object.fromEntries([...Map.groupBy(asked, (each) => each)].map(([name, all]) => [name, all.length])),
      }
    },
  }
}

export const snap = (id: string, of: string, ms: number, more: Partial<FakeDbSnapshot> = {}): FakeDbSnapshot => ({
  id,
  of,
  at: at(ms),
  ...more,
})

/** Snapshots of databases that have one a day each, made as they are asked for. */
export function plantRds(databases: number, snapshots: number) {
  const made: FakeDbSnapshot[] = []
  const name = (n: number) => `db${n}`
  const ageMs = (n: number) => (((n * 7919) % databases) / databases) * 24 * HOUR
  const dbSnapshots: FakeList<FakeDbSnapshot> = {
    get length() {
      return snapshots + made.length
    },
    at(index) {
      if (index >= snapshots) return made[index - snapshots]
      const [n, day] = [index % databases, Math.floor(index / databases)]
      return snap(`rds:${name(n)}-${day}`, name(n), -ageMs(n) - day * 24 * HOUR)
    },
  }
  const there: FakeList<FakeDatabase> = { length: databases, at: (n) => ({ name: name(n) }) }
  const dbEvents: FakeDbEvent[] = []
  return {
    region: { databases: there, dbSnapshots, dbEvents },
    /** Makes the snapshots of the databases whose last one is a day old within a stretch of time. */
    pass(fromMs: number, toMs: number): string[] {
      const changed: string[] = []
      for (let n = 0; n < databases; n++) {
        const due = 24 * HOUR - ageMs(n)
        if (due < fromMs || due >= toMs) continue
        const of = name(n)
        const id = `rds:${of}-new`
        made.push(snap(id, of, due))
        dbEvents.push(
          { kind: 'db-snapshot', of: id, at: at(due) },
          { kind: 'db-snapshot', of: id, at: at(due + 20_000) },
        )
        changed.push(of)
      }
      return changed
    },
  }
}
