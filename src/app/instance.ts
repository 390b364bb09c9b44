import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { ApiContext, Health, Operations, SettingOutcome, SettingsOperations } from '../api/context.ts'
import type { Config } from '../config/config.ts'
import { policyFor } from '../config/policy.ts'
import { type Instant, instant } from '../domain/instant.ts'
import type { Signer } from '../evidence/key.ts'
import { runDeliverLoop } from '../jobs/deliver-loop.ts'
import { lookAtAllDue, startLookLoop } from '../jobs/look-loop.ts'
import { runNewsLoop } from '../jobs/news-loop.ts'
import { runServicesLoop } from '../jobs/services-loop.ts'
import { runSettingsLoop } from '../jobs/settings-loop.ts'
import { runUpkeepLoop, upkeep } from '../jobs/upkeep-loop.ts'
import { Bell } from '../lib/bell.ts'
import { type Clock, systemClock } from '../lib/clock.ts'
import { newId } from '../lib/id.ts'
import type { Log } from '../lib/log.ts'
import { queue } from '../lib/queue.ts'
import { redactedMessage } from '../lib/redact.ts'
import { notifiers } from '../notifications/registry.ts'
import { parsePingRequest, pingReply } from '../sources/heartbeat/index.ts'
import { sources } from '../sources/registry.ts'
import type { Store } from '../store/store.ts'
import type { TaskContext } from '../tasks/context.ts'
import { declare } from '../tasks/declare.ts'
import { deliverChannel } from '../tasks/deliver.ts'
import { judgeServices } from '../tasks/judge-services.ts'
import { judgeSources } from '../tasks/judge-sources.ts'
import { estateKeeper } from '../tasks/keep-estate.ts'
import { newsDesk } from '../tasks/news-desk.ts'
import * as operations from '../tasks/operations.ts'
import { recordDrill, withdrawDrill } from '../tasks/record-drill.ts'
import { pingRecorder } from '../tasks/record-pings.ts'
import { surveyor } from '../tasks/survey.ts'
import { pauseBetweenRuns } from '../tasks/watch-record.ts'
import { UNSIGNED } from './evidence-key.ts'
import type { SecretKey } from './secret-key.ts'
import { leftOut, settingsOf } from './settings.ts'

/** Backproof at work on one store: its loops, what people can have it do, and how it is doing. */
export interface Instance {
  context: TaskContext
  operations: Operations
  health(): Promise<Health>
  settings: SettingsOperations
  estate: ApiContext['estate']
  /**
   * Takes a new configuration of the file into force, with what was made in the dashboard: what is not declared any more is
   * retired, what has changed is looked at again.
   */
  apply(config: Config): Promise<void>
  /** A configuration that was refused, in words; null: the one in force is the one that is written. */
  refuse(problem: string | null): void
  /** Starts the loops; they end when the signal aborts. */
  run(signal: AbortSignal): Promise<void>
  /** Looks at every scope once, reminds, tells the watchdogs, and empties the outbox as far as it goes. */
  runOnce(signal: AbortSignal): Promise<void>
  pings: ApiContext['pings']
  news: ApiContext['news']
}

export interface InstanceOptions {
  store: Store
  /** Of the file. */
  config: Config
  /** What the secrets that are made in the dashboard are sealed with. */
  key: SecretKey
  /** What evidence is signed with under a configuration; null: nothing. Throws EvidenceKeyError. */
  signer?: (config: Config) => Signer | null
  log: Log
  clock?: Clock
  /** Whether this process brings the store in line with its configuration. A mere worker does not: its file may be older. */
  declares?: boolean
}

/** The scheduler is stuck if it has not come round for this long. */
const STUCK_AFTER_MS = 120_000
/** A job's report that could not be recorded makes us unwell for so long, or until one can be. */
const REFUSED_LATELY_MS = 60_000
const HEALTH_HOLDS_MS = 1000

export async function createInstance({
  store,
  config: first,
  key,
  signer = () => null,
  log,
  clock = systemClock,
  declares = true,
}: InstanceOptions): Promise<Instance> {
  const settings = settingsOf({ store, key, kinds: { sources, notifiers }, clock, log })
  let file = first
  let inForce = await settings.settle(file)
  let { config, revision } = inForce
  warn()
  const due = new Bell()
  const outbox = new Bell()
  const estate = new Bell()
  const trouble: {
    scheduler: string | null
    configuration: string | null
    services: string | null
    lastRoundAt: Instant | null
    report: { why: string; at: number } | null
  } = { scheduler: null, configuration: null, services: null, lastRoundAt: null, report: null }
  /** A full disk may have room for a sign of life, and none for what jobs report. */
  const reportTrouble = () =>
    trouble.report && Math.abs(clock.now() - trouble.report.at) < REFUSED_LATELY_MS ? trouble.report.why : null
  const context: TaskContext = {
    store,
    clock,
    log,
    config: () => config,
    policyOf: (check) => policyFor(config, check),
    newId: () => newId(clock.now()),
    signer: () => signer(config),
    // containers on one host may share its name, and all have the same pid
    worker: `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`,
    onDeliveries: () => outbox.ring(),
    onDue: () => due.ring(),
    onChecks: () => estate.ring(),
  }
  // what an earlier life of the only process on an embedded database held is free
  if (store.dialect === 'sqlite') await store.write((tx) => tx.dropAllLeases())
  if (declares) await declare(context)
  const recorder = await pingRecorder(context)
  const keeper = estateKeeper(context, declares)
  const services = surveyor({ ...context, keeper })
  const desk = newsDesk(context)
  const queueTroubles = new Map<string, string>()
  const reconfigured = new Bell()

  // asking the database writes and syncs: whoever asks within a moment hears the same answer
  let asked: { at: number; answer: Promise<string | null> } | null = null
  const databaseTrouble = (): Promise<string | null> => {
    const now = clock.now()
    if (asked === null || Math.abs(now - asked.at) >= HEALTH_HOLDS_MS) {
      const answer = store.ping().then(
        () => null,
        (error: unknown) => redactedMessage(error),
      )
      asked = { at: now, answer }
    }
    return asked.answer
  }

  // one change after the other: the last that came is the one in force
  const inTurn = queue()

  async function takeUp(next: Config): Promise<void> {
    inForce = await settings.settle(next)
    file = next
    config = inForce.config
    services.forget()
    warn()
    if (declares) await declare(context)
    await recorder.reload()
    // what failed before here is tried again
    revision = inForce.revision
    due.ring()
    estate.ring()
    reconfigured.ring()
  }

  function warn(): void {
    const problem = leftOut(inForce)
    if (problem !== null) log.warn({ problem }, 'settings that were made in the dashboard can not be used')
    if (isUnsigned()) log.warn({ advice: UNSIGNED }, 'evidence is kept, but not signed, and can not be exported')
  }

  /** On an embedded database its one process makes a key where there is none. */
  function isUnsigned(): boolean {
    try {
      return store.dialect === 'postgres' && signer(config) === null
    } catch {
      // one that can't be used is told each time that it was to sign
      return false
    }
  }

  async function changed(outcome: SettingOutcome): Promise<SettingOutcome> {
    if (outcome.outcome === 'saved' || outcome.outcome === 'removed') await takeUp(file)
    return outcome
  }

  return {
    context,
    settings: {
      list: () => settings.list(file, inForce),
      save: (kind, name, yaml, by) =>
        by === null
          ? settings.save(file, kind, name, yaml, null)
          : inTurn(async () => changed(await settings.save(file, kind, name, yaml, by))),
      remove: (kind, name, by) => inTurn(async () => changed(await settings.remove(file, kind, name, by))),
    },
    pings: { parse: parsePingRequest, reply: pingReply },
    estate: services.survey,
    news: { ...desk, trouble: (source) => queueTroubles.get(source) ?? null },
    operations: {
      requestLook: (which) => operations.requestLook(which, context),
      acknowledge: (id, by, note) => operations.acknowledge(id, by, note, context),
      resolve: (id, by, note) => operations.resolve(id, by, note, context),
      pause: (check, until, by, reason) => operations.pause(check, until, by, reason, context),
      resume: (check, by) => operations.resume(check, by, context),
      async ping(report) {
        try {
          const outcome = await recorder.record(report)
          trouble.report = null
          return outcome
        } catch (error) {
          trouble.report = { why: redactedMessage(error), at: clock.now() }
          throw error
        }
      },
      testChannels: (channels) => operations.testChannels(channels, context),
      retryDelivery: (id) => operations.retryDelivery(id, context),
      async recordDrill(drill, by) {
        const recorded = await recordDrill(drill, by, context)
        services.forget()
        estate.ring()
        return recorded
      },
      async withdrawDrill(id, by, reason) {
        const withdrawn = await withdrawDrill(id, by, reason, context)
        services.forget()
        estate.ring()
        return withdrawn
      },
    },
    async health() {
      const database = (await databaseTrouble()) ?? reportTrouble()
      const silent = trouble.lastRoundAt !== null && clock.now() - trouble.lastRoundAt > STUCK_AFTER_MS
      return {
        database,
        scheduler: trouble.scheduler ?? (silent ? 'the scheduler has not come round for two minutes' : null),
        lastCycleAt: trouble.lastRoundAt,
        configuration: trouble.configuration ?? leftOut(inForce),
      }
    },
    apply: (next) =>
      inTurn(async () => {
        await takeUp(next)
        trouble.configuration = null
      }),
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
        // a mere worker's file may be older: services that it does not know would be retired
        declares &&
          runServicesLoop(
            context,
            estate,
            signal,
            (problem) => {
              trouble.services = problem
            },
            keeper,
          ),
        // of several workers one is enough: it is the one that takes what is posted, too
        declares && runNewsLoop(context, desk, reconfigured, signal, queueTroubles),
        runUpkeepLoop(context, signal, () => trouble.scheduler ?? reportTrouble() ?? trouble.services),
        runSettingsLoop(
          context,
          () => revision,
          () => inTurn(() => takeUp(file)),
          signal,
        ),
      ])
      await recorder.close()
      await desk.close()
    },
    async runOnce(signal) {
      await operations.requestLook({}, context)
      await lookAtAllDue(context, signal)
      await judgeSources(context)
      await judgeServices(context, { patient: false, signal })
      await upkeep(context, signal, null, true, pauseBetweenRuns(config))
      await Promise.all(
        (await store.read.channelsWithPending()).map((channel) => deliverChannel(channel, context, signal)),
      )
      await recorder.close()
    },
  }
}
