import type { Incident } from '../domain/incident.ts'
import type { EvidenceItem } from '../evidence/entry.ts'
import { drillEndItem, drillItem, incidentItem, statusItem } from '../evidence/items.ts'
import type { Db } from './database.ts'
import * as checks from './queries/checks.ts'
import * as deliveries from './queries/deliveries.ts'
import * as drills from './queries/drills.ts'
import * as evidence from './queries/evidence.ts'
import * as history from './queries/history.ts'
import * as incidents from './queries/incidents.ts'
import * as leases from './queries/leases.ts'
import * as news from './queries/news.ts'
import * as pings from './queries/pings.ts'
import * as points from './queries/points.ts'
import { prune } from './queries/prune.ts'
import * as scopes from './queries/scopes.ts'
import * as sessions from './queries/sessions.ts'
import * as settings from './queries/settings.ts'
import * as unrest from './queries/unrest.ts'
import type { Reader, Writer } from './store.ts'

/**
 * Gives each query its connection, and collects what is to enter the chain and what is to be done after the commit. `db` may throw,
 * when its transaction has ended.
 */
function writerOf(db: () => Db, evident: EvidenceItem[], afterwards: (() => void)[]): Writer {
  const on =
    <A extends unknown[], R>(query: (db: Db, ...rest: A) => Promise<R>) =>
    async (...rest: A): Promise<R> =>
      query(db(), ...rest)
  const saved = new Map<string, Incident>()
  return {
    declareScopes: on(scopes.declareScopes),
    scopesOfSource: on(scopes.scopes),
    retireOtherSources: on(scopes.retireOtherSources),
    claimScope: on(scopes.claimScope),
    renewScope: on(scopes.renewScope),
    finishLook: on(scopes.finishLook),
    holdScope: on(scopes.holdScope),
    requestLook: on(scopes.requestLook),
    lookNoLaterThan: on(scopes.lookNoLaterThan),
    knownScopes: on(scopes.knownScopes),
    addNews: on(news.addNews),
    checksById: on(checks.checksById),
    checksOfScope: on(checks.checksOfScope),
    checksTurning: on(checks.checksTurning),
    nextTurn: on(checks.nextTurn),
    saveChecks: on(checks.saveChecks),
    async addStatusChanges(changes) {
      await checks.addStatusChanges(db(), changes)
      for (const change of changes) evident.push(statusItem(change))
    },
    savePoints: on(points.savePoints),
    unresolvedIncidents: on(incidents.unresolvedIncidents),
    unresolvedOfKind: on(incidents.unresolvedOfKind),
    incidentForUpdate: on(incidents.incident),
    async saveIncidents(changed) {
      await incidents.saveIncidents(db(), changed)
      for (const incident of changed) saved.set(incident.id, incident)
    },
    async addEvents(events) {
      await incidents.addEvents(db(), events)
      const others = events.map((event) => event.incident).filter((id) => !saved.has(id))
      for (const incident of await incidents.incidentsById(db(), others)) saved.set(incident.id, incident)
      for (const event of events) evident.push(incidentItem(event, saved.get(event.incident) ?? null))
    },
    incidentsToRemind: on(incidents.incidentsToRemind),
    addDeliveries: on(deliveries.addDeliveries),
    deliveryForUpdate: on(deliveries.delivery),
    saveDelivery: on(deliveries.saveDelivery),
    addPings: on(pings.addPings),
    addHeartbeat: on(pings.addHeartbeat),
    async addDrills(tried, reason) {
      for (const drill of await drills.addDrills(db(), tried, reason)) evident.push(drillItem(drill))
    },
    drillForUpdate: on(drills.drill),
    drillsByReference: on(drills.drillsByReference),
    async endDrill(id, end) {
      await drills.endDrill(db(), id, end)
      evident.push(drillEndItem(id, end))
    },
    takeLease: on(leases.takeLease),
    holdsLease: on(leases.holdsLease),
    dropLease: on(leases.dropLease),
    dropAllLeases: on(leases.dropAllLeases),
    settingsForUpdate: on(settings.settings),
    saveSetting: on(settings.saveSetting),
    dropSetting: on(settings.dropSetting),
    async addEvidence(items) {
      db()
      for (const item of items) evident.push(item)
    },
    async cutEvidence(before, signer, now) {
      const items = await evidence.cutEvidence(db(), before, signer, now)
      for (const item of items) evident.push(item)
      return items.length > 0
    },
    valueForUpdate: on(sessions.value),
    setValue: on(sessions.setValue),
    addSession: on(sessions.addSession),
    dropSession: on(sessions.dropSession),
    prune: on(prune),
    afterCommit(work) {
      db()
      afterwards.push(work)
    },
  }
}

/** `explain` says in words what the database's errors mean. */
export function readerOf(db: Db, explain: (error: unknown) => unknown): Reader {
  const on =
    <A extends unknown[], R>(query: (db: Db, ...rest: A) => Promise<R>) =>
    async (...rest: A): Promise<R> => {
      try {
        return await query(db, ...rest)
      } catch (error) {
        throw explain(error)
      }
    }
  const each = <A extends unknown[], R>(query: (db: Db, ...rest: A) => AsyncIterable<R>) =>
    async function* (...rest: A): AsyncGenerator<R> {
      try {
        yield* query(db, ...rest)
      } catch (error) {
        throw explain(error)
      }
    }
  return {
    summary: on(checks.summary),
    counts: on(checks.counts),
    facets: on(checks.facets),
    checks: on(checks.checks),
    check: on(checks.check),
    points: on(points.points),
    goodPoints: on(points.goodPoints),
    statusChanges: on(checks.statusChanges),
    newestStatusChange: on(unrest.newestStatusChange),
    unrest: on(unrest.unrest),
    turns: on(unrest.turns),
    losses: on(unrest.losses),
    pointCount: on(unrest.pointCount),
    pings: on(pings.pings),
    incidents: on(incidents.incidents),
    incident: on(incidents.incident),
    events: on(incidents.events),
    incidentCounts: on(incidents.incidentCounts),
    scopes: on(scopes.scopes),
    nextLookAt: on(scopes.nextLookAt),
    nextDelivery: on(deliveries.nextDelivery),
    channelsWithPending: on(deliveries.channelsWithPending),
    deliveries: on(deliveries.deliveries),
    delivery: on(deliveries.delivery),
    deliveryCounts: on(deliveries.deliveryCounts),
    drills: on(drills.drills),
    drill: on(drills.drill),
    newestDrills: on(drills.newestDrills),
    heartbeats: on(pings.heartbeats),
    settings: on(settings.settings),
    settingsRevision: on(settings.settingsRevision),
    evidenceHead: on(evidence.evidenceHead),
    evidence: on(evidence.evidence),
    evidenceSince: on(evidence.evidenceSince),
    value: on(sessions.value),
    session: on(sessions.session),
    checksById: on(checks.checksById),
    checksMark: on(checks.checksMark),
    checksSince: on(checks.checksSince),
    eachCheck: () => each(checks.eachCheck)(),
    retiredSince: (since) => each(history.retiredSince)(since),
    changesSince: (ids, since) => each(history.changesSince)(ids, since),
    pointsSince: (ids, since) => each(history.pointsSince)(ids, since),
    incidentsBetween: (from, to) => each(history.incidentsBetween)(from, to),
  }
}

/**
 * Runs `work` in a transaction, adds what it did to the chain of evidence, and does what is to be done after the commit; what `work`
 * leaves running when it returns finds the writer closed.
 */
export async function transact<T>(db: Db, work: (tx: Writer) => Promise<T>): Promise<T> {
  const evident: EvidenceItem[] = []
  const afterwards: (() => void)[] = []
  const result = await db.q.transaction().execute(async (q) => {
    let over = false
    const inside: Db = { ...db, q }
    const open = () => {
      if (over) throw new Error('this transaction is over: a write was not awaited')
      return inside
    }
    try {
      const done = await work(writerOf(open, evident, afterwards))
      over = true
      await evidence.appendEvidence(inside, evident)
      return done
    } finally {
      over = true
    }
  })
  for (const each of afterwards) each()
  return result
}
