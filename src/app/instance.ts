import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { ApiContext, Health, Operations } from '../api/context.ts'
import type { Config } from '../config/config.ts'
import { policyFor } from '../config/policy.ts'
import { type Instant, instant } from '../domain/instant.ts'
import { runDeliverLoop } from '../jobs/deliver-loop.ts'
import { lookAtAllDue, startLookLoop } from '../jobs/look-loop.ts'
import { runUpkeepLoop, upkeep } from '../jobs/upkeep-loop.ts'
import { Bell } from '../lib/bell.ts'
import { type Clock, systemClock } from '../lib/clock.ts'
import { newId } from '../lib/id.ts'
import type { Log } from '../lib/log.ts'
import { redact } from '../lib/redact.ts'
import { parsePingRequest, pingReply } from '../sources/heartbeat/index.ts'
import type { Store } from '../store/store.ts'
import type { TaskContext } from '../tasks/context.ts'
import { declare } from '../tasks/declare.ts'
import { deliverChannel } from '../tasks/deliver.ts'
import * as operations from '../tasks/operations.ts'
import { pingRecorder } from '../tasks/record-pings.ts'

/** Backproof at work on one store: its loops, what people can have it do, and how it is doing. */
export interface Instance {
  context: TaskContext
  operations: Operations
  health(): Promise<Health>
  /** Takes a new configuration into force: what is not declared any more is retired, what has changed is looked at again. */
  apply(config: Config): Promise<void>
  /** A configuration that was refused, in words; null: the one in force is the one that is written. */
  refuse(problem: string | null): void
  /** Starts the loops; they end when the signal aborts. */
  run(signal: AbortSignal): Promise<void>
  /** Looks at every scope once, reminds, tells the watchdogs, and empties the outbox as far as it goes. */
  runOnce(signal: AbortSignal): Promise<void>
  pings: ApiContext['pings']
}

export interface InstanceOptions {
  store: Store
  config: Config
  log: Log
  clock?: Clock
  /** Whether this process brings the store in line with its configuration. A mere worker does not: its file may be older. */
  declares?: boolean
}

/** The scheduler is stuck if it has not come round for this long. */
const STUCK_AFTER_MS = 120_000
const HEALTH_HOLDS_MS = 1000

export async function createInstance({
  store,
  config: first,
  log,
  clock = systemClock,
  declares = true,
}: InstanceOptions): Promise<Instance> {
  let config = first
  const due = new Bell()
  const outbox = new Bell()
  const trouble: { scheduler: string | null; configuration: string | null; lastRoundAt: Instant | null } = {
    scheduler: null,
    configuration: null,
    lastRoundAt: null,
  }
  const context: TaskContext = {
    store,
    clock,
    log,
    config: () => config,
    policyOf: (check) => policyFor(config, check),
    newId: () => newId(clock.now()),
    // containers on one host may share its name, and all have the same pid
    worker: `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`,
    onDeliveries: () => outbox.ring(),
    onDue: () => due.ring(),
  }
  // what an earlier life of the only process on an embedded database held is free
  if (store.dialect === 'sqlite') await store.write((tx) => tx.dropAllLeases())
  if (declares) await declare(context)
  const recorder = await pingRecorder(context)

  // asking the database writes and syncs: whoever asks within a moment hears the same answer
  let asked: { at: number; answer: Promise<string | null> } | null = null
  const databaseTrouble = (): Promise<string | null> => {
    const now = clock.now()
    if (asked === null || Math.abs(now - asked.at) >= HEALTH_HOLDS_MS) {
      const answer = store.ping().then(
        () => null,
        (error: unknown) => redact(error instanceof Error ? error.message : String(error)),
      )
      asked = { at: now, answer }
    }
    return asked.answer
  }

  return {
    context,
    pings: { parse: parsePingRequest, reply: pingReply },
    operations: {
      requestLook: (which) => operations.requestLook(which, context),
      acknowledge: (id, by, note) => operations.acknowledge(id, by, note, context),
      resolve: (id, by, note) => operations.resolve(id, by, note, context),
      pause: (check, until, by, reason) => operations.pause(check, until, by, reason, context),
      resume: (check) => operations.resume(check, context),
      ping: (report) => recorder.record(report),
      testChannels: (channels) => operations.testChannels(channels, context),
      retryDelivery: (id) => operations.retryDelivery(id, context),
    },
    async health() {
      const database = await databaseTrouble()
      const silent = trouble.lastRoundAt !== null && clock.now() - trouble.lastRoundAt > STUCK_AFTER_MS
      return {
        database,
        scheduler: trouble.scheduler ?? (silent ? 'the scheduler has not come round for two minutes' : null),
        lastCycleAt: trouble.lastRoundAt,
        configuration: trouble.configuration,
      }
    },
    async apply(next) {
      config = next
      trouble.configuration = null
      if (declares) await declare(context)
      await recorder.reload()
      due.ring()
    },
    refuse(problem) {
      trouble.configuration = problem
    },
    async run(signal) {
      const looks = startLookLoop(context, due, signal, (problem) => {
        trouble.scheduler = problem
        trouble.lastRoundAt = instant(clock.now())
      })
      await Promise.all([
        looks.done,
        runDeliverLoop(context, outbox, signal),
        runUpkeepLoop(context, signal, () => trouble.scheduler),
      ])
      await recorder.close()
    },
    async runOnce(signal) {
      await operations.requestLook({}, context)
      await lookAtAllDue(context, signal)
      await upkeep(context, signal, null, true)
      await Promise.all(
        (await store.read.channelsWithPending()).map((channel) => deliverChannel(channel, context, signal)),
      )
      await recorder.close()
    },
  }
}
