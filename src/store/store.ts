import type { Check } from '../domain/check.ts'
import type { Drill, DrillEnd, DrillOutcome, DrillRecord } from '../domain/drill.ts'
import type { PointSummary } from '../domain/facts.ts'
import type { Incident, IncidentEvent, IncidentState } from '../domain/incident.ts'
import type { Instant } from '../domain/instant.ts'
import type { Delivery, DeliveryState } from '../domain/notification.ts'
import type { Ping } from '../domain/ping.ts'
import type { CheckId, RecoveryPoint } from '../domain/recovery-point.ts'
import type { Scope, ScopeId } from '../domain/scope.ts'
import type { SettingKind } from '../domain/setting-kind.ts'
import type { Severity } from '../domain/severity.ts'
import type { SourceFault } from '../domain/source-fault.ts'
import type { CheckStatus, StatusSummary } from '../domain/status.ts'
import type { SubjectId, SubjectKind } from '../domain/subject.ts'
import type { ChainHead, EvidenceEntry, EvidenceItem } from '../evidence/entry.ts'
import type { Signer } from '../evidence/key.ts'

/** A scope and how its looks went. */
export interface ScopeState extends Scope {
  status: 'never' | 'complete' | 'failed'
  lastStartedAt: Instant | null
  lastCompleteAt: Instant | null
  lastFailedAt: Instant | null
  tookMs: number | null
  fault: SourceFault | null
  /** Failed looks in a row. */
  failures: number
  nextLookAt: Instant
  memory: unknown
}

/** The right to look at one scope, until `until`. `token` grows with each claim: a late worker's writes are refused. */
export interface ScopeLease {
  scope: ScopeId
  worker: string
  token: number
  until: Instant
  state: ScopeState
}

/** The lease was lost to another worker (or the scope was retired): nothing of this look may be written. */
export class LeaseLostError extends Error {
  override name = 'LeaseLostError'
}

export interface LookOutcome {
  at: Instant
  status: 'complete' | 'failed'
  tookMs: number
  fault: SourceFault | null
  failures: number
  nextLookAt: Instant
  /** Undefined: as it was. */
  memory?: unknown
}

export interface StatusChange {
  check: CheckId
  at: Instant
  from: CheckStatus | null
  to: CheckStatus
  reason: string
}

/** What a complete point says of the times at which it could be gone back to. */
export interface PointTimes {
  check: CheckId
  recoverableTo: Instant
  completedAt: Instant | null
  goneAt: Instant | null
}

/** Checks whose status has changed, and good points that are gone, in some time. */
export interface Unrest {
  source: string
  changed: number
  gone: number
}

/** What became of one check in some time, from the first that is known of it then: new (null), not read (error) and paused are not, if anything came after. */
export interface StatusTurn {
  check: CheckId
  from: CheckStatus | null
  to: CheckStatus
}

/** A heartbeat that was made by its first ping (create=1), not by the configuration. */
export interface CreatedHeartbeat {
  check: CheckId
  source: string
  slug: string
  uuid: string
  createdAt: Instant
}

export type { SettingKind } from '../domain/setting-kind.ts'

/** A part of the configuration that was made in the dashboard or by the API, not in the file. */
export interface Setting {
  kind: SettingKind
  name: string
  /** What it says, with its secrets sealed: opaque to the store. */
  body: string
  createdAt: Instant
  updatedAt: Instant
  updatedBy: string
}

/** What may be done inside one transaction. Writers are serialised: what is read here can't change before the commit. */
export interface Writer {
  /**
   * Adds scopes that are new (due at once), brings back retired ones, retires those of `sources` that are not declared.
   * Returns the not retired checks of the scopes that it retired: the caller retires them, with their incidents.
   */
  declareScopes(scopes: readonly Scope[], sources: readonly string[], now: Instant): Promise<CheckId[]>
  /** The not retired scopes of a source, with what their looks have remembered. */
  scopesOfSource(source: string): Promise<ScopeState[]>
  /** Retires the scopes of all sources that are not in `sources`. Returns their not retired checks, for the caller to retire. */
  retireOtherSources(sources: readonly string[], now: Instant): Promise<CheckId[]>
  /**
   * The scope that has been due longest and is not leased, leased to `worker`; null: none is due. Also takes scopes whose
   * last start lies in the future of `now`: the clock has jumped back, and they would wait for too long.
   */
  claimScope(worker: string, now: Instant, leaseMs: number, sources?: readonly string[]): Promise<ScopeLease | null>
  renewScope(lease: ScopeLease, until: Instant): Promise<boolean>
  /** Ends the look and the lease. Throws LeaseLostError. */
  finishLook(lease: ScopeLease, outcome: LookOutcome): Promise<void>
  /** Throws LeaseLostError unless `lease` is still held; locks it until the commit. */
  holdScope(lease: ScopeLease): Promise<void>
  /** Makes scopes due now: all, of one source, or one scope; one that is being looked at, again after that. Returns how many. */
  requestLook(which: { source?: string; scope?: ScopeId }, now: Instant): Promise<number>
  /** Moves a scope's next look, or the one after that which is under way, earlier (never later). Whether it did. */
  lookNoLaterThan(scope: ScopeId, at: Instant): Promise<boolean>
  /** Those of them that there are, and that are not retired. */
  knownScopes(ids: readonly ScopeId[]): Promise<Set<ScopeId>>
  /** Remembers news of a source by their ids: returns those that were not known. */
  addNews(source: string, ids: readonly string[], now: Instant): Promise<Set<string>>

  checksById(ids: readonly CheckId[]): Promise<Check[]>
  /** Not retired checks of a scope with ids greater than `after`, in the order of their ids. */
  checksOfScope(scope: ScopeId, after: CheckId | null, limit: number): Promise<Check[]>
  /** Not retired checks of a scope whose changesAt is at or before `now`. */
  checksTurning(scope: ScopeId, now: Instant, limit: number): Promise<Check[]>
  /** The earliest changesAt of a scope's not retired checks; null: none will turn. */
  nextTurn(scope: ScopeId): Promise<Instant | null>
  saveChecks(checks: readonly Check[]): Promise<void>
  addStatusChanges(changes: readonly StatusChange[]): Promise<void>
  /** Adds new points and updates known ones. With `whole`, known points of `checks` that are not in `points` are gone. */
  savePoints(points: readonly RecoveryPoint[], now: Instant, whole?: readonly CheckId[]): Promise<void>

  unresolvedIncidents(subjects: readonly SubjectId[]): Promise<Incident[]>
  /** Of all services, or of all sources. */
  unresolvedOfKind(kind: Exclude<SubjectKind, 'check'>): Promise<Incident[]>
  incidentForUpdate(id: string): Promise<Incident | null>
  saveIncidents(incidents: readonly Incident[]): Promise<void>
  addEvents(events: readonly IncidentEvent[]): Promise<void>
  /** Open (not acknowledged) incidents whose last event but notes is at or before `before`, oldest first. */
  incidentsToRemind(before: Instant, limit: number, skip?: number): Promise<Incident[]>

  addDeliveries(deliveries: readonly Delivery[]): Promise<void>
  /** It can't change before the commit. */
  deliveryForUpdate(id: string): Promise<Delivery | null>
  saveDelivery(delivery: Delivery): Promise<void>

  addPings(pings: readonly Ping[]): Promise<void>
  addHeartbeat(heartbeat: CreatedHeartbeat): Promise<void>

  /** Adds those that are not there; one that replaces another ends that, in the words given with it. */
  addDrills(drills: readonly Drill[], reason?: string): Promise<void>
  /** The record can't change before the commit. */
  drillForUpdate(id: string): Promise<DrillRecord | null>
  /** Of each reference the last record: none has replaced it, but it may be withdrawn. */
  drillsByReference(references: readonly string[]): Promise<DrillRecord[]>
  /** The record stays, and does not count any more. */
  endDrill(id: string, end: DrillEnd): Promise<void>

  /** Takes or renews a named lease (one per channel, one for upkeep): whether `owner` holds it now. */
  takeLease(name: string, owner: string, now: Instant, leaseMs: number): Promise<boolean>
  /** Whether `owner` has held a named lease without a break since it took it; locks it until the commit. */
  holdsLease(name: string, owner: string, now: Instant): Promise<boolean>
  dropLease(name: string, owner: string): Promise<void>
  /** Drops all leases: only the sole owner of an embedded database may, at its start. */
  dropAllLeases(): Promise<void>

  /** All that were made, in the order of kind and name; they can't change before the commit. */
  settingsForUpdate(): Promise<Setting[]>
  /** Adds it, or changes the one of its kind and name, whose createdAt stays. The revision changes with it. */
  saveSetting(setting: Setting): Promise<void>
  /** Whether there was one. */
  dropSetting(kind: SettingKind, name: string): Promise<boolean>

  /**
   * Adds to the chain of evidence when the transaction ends: what is in the way then is thrown by write(). Status changes, events of
   * incidents and drills enter by themselves.
   */
  addEvidence(items: readonly EvidenceItem[]): Promise<void>
  /** Removes entries from before, with a signed entry that says so: so many at most as removing history does. Whether any. */
  cutEvidence(before: Instant, signer: Signer, now: Instant): Promise<boolean>

  /** It can't change before the commit. */
  valueForUpdate(key: string): Promise<string | null>
  setValue(key: string, value: string): Promise<void>
  addSession(session: Session): Promise<void>
  dropSession(id: string): Promise<void>
  /**
   * Removes history older than `before` (pings, gone points, status changes, resolved incidents, finished deliveries, dead sessions, what was
   * retired, drills that no person recorded and that a newer one proves more than). It removes so many rows at most that others need not wait long: call it again until it returns 0. Returns the rows removed.
   */
  prune(before: Instant, now: Instant): Promise<number>
  /**
   * Done once all of this is durable: counting and telling, which nothing takes back. Not done for what is rolled back, as on
   * PostgreSQL a transaction that meets another may be, to start again. It must not throw.
   */
  afterCommit(work: () => void): void
}

/** Where the chain of evidence stands, and its newest checkpoint. */
export interface EvidenceHead extends ChainHead {
  at: Instant
  checkpoint: { seq: number; at: Instant } | null
}

/** A login of a person; the id is the hash of the cookie's value. */
export interface Session {
  id: string
  createdAt: Instant
  expiresAt: Instant
}

export interface Page<T> {
  items: T[]
  /** Hand it back to read on; null: that was all. */
  next: string | null
}

export interface CheckFilter {
  source?: string | undefined
  scope?: string | undefined
  account?: string | undefined
  type?: string | undefined
  statuses?: readonly CheckStatus[] | undefined
  owner?: string | undefined
  /** Part of the id, the resource's name or its id; any case. */
  text?: string | undefined
}

export interface IncidentFilter {
  subject?: SubjectId | undefined
  kinds?: readonly SubjectKind[] | undefined
  states?: readonly IncidentState[] | undefined
  severities?: readonly Severity[] | undefined
}

export interface DrillFilter {
  /** Drills of this service or of one of `checks`; without both, all. */
  service?: string | undefined
  checks?: readonly CheckId[] | undefined
  outcomes?: readonly DrillOutcome[] | undefined
  /** Whether withdrawn and replaced records are wanted too. */
  ended?: boolean | undefined
}

export interface KnownPoint extends RecoveryPoint {
  firstSeenAt: Instant
  goneAt: Instant | null
}

/** Where people and machines read; sees what is committed. */
export interface Reader {
  summary(filter?: CheckFilter): Promise<StatusSummary>
  /** The summaries of all sources and types at once, for metrics and lists of sources. */
  counts(): Promise<{ source: string; type: string; summary: StatusSummary }[]>
  /** The values that filters can take. */
  facets(): Promise<{ sources: string[]; accounts: string[]; types: string[]; owners: string[] }>
  /** Worst first: missing, failed, stale, error, due, paused, ok; then by name. Keyset pages. Retired ones are left out. */
  checks(filter: CheckFilter, limit: number, cursor?: string | null): Promise<Page<Check>>
  check(id: CheckId): Promise<Check | null>
  /** Newest first. */
  points(check: CheckId, limit: number, since?: Instant): Promise<KnownPoint[]>
  /** The newest `limit` complete points of each check that are not gone, newest first; a check without any is left out. */
  goodPoints(checks: readonly CheckId[], limit: number): Promise<Map<CheckId, PointSummary[]>>
  statusChanges(check: CheckId, limit: number): Promise<StatusChange[]>
  /** Another number after each status change; null: there was none. */
  newestStatusChange(): Promise<number | null>
  /** The sources of which anything has changed since then; here and below, of checks that are not retired. */
  unrest(since: Instant): Promise<Unrest[]>
  /** What became of each check of a source since then. */
  turns(source: string, since: Instant): Promise<StatusTurn[]>
  /** Of each check that has lost points since then: how many, and how many that are there were first seen up to `until`. */
  losses(source: string, since: Instant, until: Instant): Promise<{ check: CheckId; gone: number; fresh: number }[]>
  /** Good points of a source that are not gone. */
  pointCount(source: string): Promise<number>
  pings(check: CheckId, limit: number): Promise<Ping[]>

  /** Checks that are there or retired, as they were last written; those that are not known are left out. */
  checksById(ids: readonly CheckId[]): Promise<Check[]>
  /** Checks that were retired since then. The history of a period is read by pages, like this and the next: it may be long. */
  retiredSince(since: Instant): AsyncIterable<Check>
  /** Check by check, each in the order in which it happened. */
  changesSince(checks: readonly CheckId[], since: Instant): AsyncIterable<StatusChange>
  /** Complete points that go back to `since` or later, also those that are gone: check by check, oldest first. */
  pointsSince(checks: readonly CheckId[], since: Instant): AsyncIterable<PointTimes>
  /** Incidents that were unresolved at some time between. */
  incidentsBetween(from: Instant, to: Instant): AsyncIterable<Incident>

  /** Unresolved first, of these the gravest, then the newest. */
  incidents(filter: IncidentFilter, limit: number, cursor?: string | null): Promise<Page<Incident>>
  incident(id: string): Promise<Incident | null>
  /** Oldest first. */
  events(incident: string): Promise<IncidentEvent[]>
  incidentCounts(): Promise<Record<IncidentState, number>>

  scopes(source?: string): Promise<ScopeState[]>
  /** The earliest instant at which a scope is due or a lease ends; null: none. */
  nextLookAt(): Promise<Instant | null>

  /** The first pending delivery of a channel; it may not be due yet. */
  nextDelivery(channel: string): Promise<Delivery | null>
  channelsWithPending(): Promise<string[]>
  deliveries(filter: { state?: DeliveryState; channel?: string; incident?: string }, limit: number): Promise<Delivery[]>
  delivery(id: string): Promise<Delivery | null>
  deliveryCounts(): Promise<{ channel: string; state: DeliveryState; count: number }[]>

  /** Newest first, by when they began. */
  drills(filter: DrillFilter, limit: number, cursor?: string | null): Promise<Page<DrillRecord>>
  drill(id: string): Promise<DrillRecord | null>
  /** So many of the newest of each service, and of each check that was drilled alone; newest first. Ended ones are left out. */
  newestDrills(most: number): Promise<Drill[]>

  heartbeats(source?: string): Promise<CreatedHeartbeat[]>
  /** In the order of kind and name. */
  settings(): Promise<Setting[]>
  /** Another text after each change of any setting; null: there never was one. */
  settingsRevision(): Promise<string | null>
  /** Where the chain of evidence stands; null: nothing is in it. */
  evidenceHead(): Promise<EvidenceHead | null>
  /** Entries after `seq`, in their order. */
  evidence(seq: number, limit: number): Promise<EvidenceEntry[]>
  /** The number of the first entry that is not older than `at`; null: all are. */
  evidenceSince(at: Instant): Promise<number | null>
  value(key: string): Promise<string | null>
  session(id: string): Promise<Session | null>
  /** Each not retired check once, in the order of ids, without holding all in memory. */
  eachCheck(): AsyncIterable<Check>
  /** Where the database stands now, for checksSince. */
  checksMark(): Promise<string>
  /** Checks that were written since a mark, also retired ones, and perhaps some others; null: it is too old, read all of them. */
  checksSince(mark: string): Promise<Check[] | null>
}

export interface Store {
  readonly dialect: 'sqlite' | 'postgres'
  readonly read: Reader
  /**
   * One transaction, serialised with the others; what it throws rolls it back. On PostgreSQL `work` is run again when it got in
   * another's way: it must change nothing but `tx`. Never call write() inside of it.
   */
  write<T>(work: (tx: Writer) => Promise<T>): Promise<T>
  /** Rejects when the database can't be read and written now. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** A cursor that this store has not given out. */
export class CursorError extends Error {
  override name = 'CursorError'
}

/** The database can't be used, with what to do about it. */
export class StoreError extends Error {
  override name = 'StoreError'
}
