import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { Config } from '../../src/config/config.ts'
import { policyFor } from '../../src/config/policy.ts'
import type { Condition } from '../../src/domain/condition.ts'
import { instant } from '../../src/domain/instant.ts'
import { type DeliveryResult, type Notification, subjectOfItem } from '../../src/domain/notification.ts'
import type { Observation } from '../../src/domain/observation.ts'
import type { CheckStatus } from '../../src/domain/status.ts'
import { lookAtAllDue } from '../../src/jobs/look-loop.ts'
import { newId } from '../../src/lib/id.ts'
import { silentLog } from '../../src/lib/log.ts'
import type { Notifier } from '../../src/notifications/notifier.ts'
import type { PullSource } from '../../src/sources/source.ts'
import { openSqliteStore } from '../../src/store/dialects/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import type { TaskContext } from '../../src/tasks/context.ts'
import { declare } from '../../src/tasks/declare.ts'
import { deliverChannel } from '../../src/tasks/deliver.ts'
import { aConfig } from './api.ts'
import { FakeClock } from './clock.ts'

export const HOUR = 3_600_000
export const START = Date.parse('2026-11-20T12:00:00Z')

/** A place whose backups the test lays down by hand: name → hours since START at which a point was made, or a fault. */
export type Estate = Map<string, number[] | 'fault'>

/** A pipeline over a real embedded database and a fake clock, with a source and a channel that the test plays. */
export async function anInstance(options: { config?: Partial<Config>; store?: Store } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'backproof-scenario-'))
  const store = options.store ?? (await openSqliteStore({ path: join(directory, 'backproof.db') }))
  const clock = new FakeClock(START)
  const estate: Estate = new Map()
  /** What is to be said of how a name is kept. */
  const conditions = new Map<string, Condition[]>()
  const sent: Notification[] = []
  const replies: DeliveryResult[] = []

  const shelf: PullSource = {
    type: 'shelf',
    defaultMaxAgeMs: 24 * HOUR,
    defaultEveryMs: HOUR,
    config: z.unknown(),
    scopes: (name) => [{ id: `${name}/main`, source: name, name: 'main' }],
    permissions: () => [],
    async *scan(scope): AsyncIterable<Observation> {
      for (const [name, points] of estate) {
        if (points === 'fault') {
          yield {
            kind: 'scope-failed',
            scope: scope.id,
            fault: { kind: 'denied', message: 'access denied', advice: null },
          }
          return
        }
        const check = `${scope.source}/${name}`
        yield {
          kind: 'resource',
          check,
          type: 'shelf',
          resource: { id: name, name, provider: null, account: null, region: null, tags: {} },
          ...(conditions.has(name) && { conditions: conditions.get(name) ?? [] }),
        }
        for (const hours of points) {
          const recoverableTo = instant(START + hours * HOUR)
          yield {
            kind: 'recovery-point',
            point: {
              check,
              id: `p${hours}`,
              recoverableTo,
              completedAt: null,
              sizeBytes: 100,
              state: 'complete',
              problem: null,
            },
          }
        }
      }
      yield { kind: 'scope-complete', scope: scope.id, points: 'all' }
    },
  }
  const horn: Notifier = {
    type: 'horn',
    config: z.unknown(),
    address: () => 'the horn',
    async send(notification) {
      const result = replies.shift() ?? { outcome: 'delivered' }
      if (result.outcome === 'delivered') sent.push(notification)
      return result
    },
  }
  const base = aConfig()
  const fleet = base.sources[0]
  const oncall = base.channels[0]
  if (!fleet || !oncall) throw new Error('the sample configuration has changed')
  let config: Config = {
    ...base,
    sources: [{ ...fleet, type: 'shelf', source: shelf, everyMs: HOUR, threshold: { max_age: 24 * HOUR } }],
    channels: [{ ...oncall, notifier: horn }],
    ...options.config,
  }
  const context: TaskContext = {
    store,
    clock,
    log: silentLog,
    config: () => config,
    policyOf: (check) => policyFor(config, check),
    newId: () => newId(clock.now()),
    worker: 'test',
    onDeliveries: () => undefined,
    onDue: () => undefined,
    onChecks: () => undefined,
  }
  await declare(context)
  const never = new AbortController().signal

  return {
    context,
    store,
    clock,
    estate,
    conditions,
    replies,
    sent,
    async configure(change: Partial<Config>) {
      config = { ...config, ...change }
      await declare(context)
    },
    /** Moves time on, then lets whatever is due happen. */
    async after(hours: number): Promise<string[]> {
      await clock.advance(hours * HOUR)
      return this.round()
    },
    /** What is due now happens once; answers with what the channel has heard, in short. */
    async round(): Promise<string[]> {
      const before = sent.length
      await lookAtAllDue(context, never)
      for (const channel of await store.read.channelsWithPending()) await deliverChannel(channel, context, never)
      return sent
        .slice(before)
        .flatMap(({ items }) =>
          items.map((item) => `${item.kind} ${item.type} ${item.severity} ${subjectOfItem(item).name}`),
        )
    },
    async status(check: string): Promise<CheckStatus | 'retired' | null> {
      const found = await store.read.check(check)
      return found && (found.retiredAt === null ? found.judgement.status : 'retired')
    },
    async close() {
      await store.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
