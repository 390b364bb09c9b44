import type { Config } from '../config/config.ts'
import type { Drill } from '../domain/drill.ts'
import { type Instant, instant } from '../domain/instant.ts'
import type { CheckId } from '../domain/recovery-point.ts'
import type { ServiceFinding } from '../domain/service-finding.ts'
import { type Estate, JOB, type ServiceView, surveying } from '../evaluation/services/estate.ts'
import { evaluateService } from '../evaluation/services/evaluate.ts'
import { standsUntil } from '../evaluation/services/stands-until.ts'
import { type ServiceSummary, summariseService } from '../evaluation/services/summary.ts'
import type { Clock } from '../lib/clock.ts'
import { queue } from '../lib/queue.ts'
import { breather, inSlices } from '../lib/time-slice.ts'
import type { ScopeState, Store } from '../store/store.ts'
import { bringUpToDate, type KeptCheck, keptCheck, NEVER, seenAtOf } from './keep-checks.ts'
import { DRILLS, withPoints } from './read-estate.ts'
import { type EvidenceMark, type ServiceNews, serviceNews } from './service-news.ts'

/** A service and what the rules say of it. */
export interface JudgedService {
  view: ServiceView
  findings: readonly ServiceFinding[]
}

export interface EstateReading {
  at: Instant
  /** Its checks are without their points: those of ten thousand services would fill the memory. */
  estate: Estate
  scopes: readonly ScopeState[]
  /** In the order of the configuration; the same array for as long as nothing else can be said of any. */
  services: readonly ServiceSummary[]
  /** When the first finding turns by itself; null: none does. */
  changesAt: Instant | null
}

/** What was judged and is not told yet, in the order of the configuration. `whole`: it is all services, and there are no others. */
export interface Untold {
  whole: boolean
  judged: readonly JudgedService[]
}

/**
 * Judges services as often as somebody asks, and each again only when something has come on which it may hang: a check that was written,
 * a drill, an incident, an instant. Between readings it keeps what proves services in memory, without points.
 */
export interface EstateKeeper {
  /** As of now; one reading after the other. Null: it was cut short. */
  read(signal?: AbortSignal): Promise<EstateReading | null>
  /** Hands over what is untold. Unless `work` throws, that is told then, but for the services that it names. */
  tell(work: (untold: Untold) => Promise<ReadonlySet<string>>): Promise<void>
  /** Nobody looks any more: unless somebody tells, the memory is wanted elsewhere. */
  forget(): void
}

export interface KeeperOptions {
  store: Pick<Store, 'read'>
  config(): Config
  clock: Clock
}

/** All is read again after so long: what removes old drills leaves no trace. */
const WHOLE_EVERY_MS = 3_600_000
/** Services whose points are read at once. */
const BATCH = 50

interface Kept {
  config: Config
  at: Instant
  wholeAt: Instant
  checksMark: string
  evidence: EvidenceMark
  checks: Map<CheckId, KeptCheck>
  drills: readonly Drill[]
  reading: EstateReading
  /** Of each service: until when what is said of it stands, and when its first finding turns. */
  stands: readonly Stand[]
}

interface Stand {
  until: Instant
  changesAt: number
}

/** What there is to judge; `news`: what has come of it since, null: all of it is new. */
interface Found extends Pick<Kept, 'checks' | 'drills' | 'wholeAt'> {
  estate: Estate
  news: (ServiceNews & { looked: ReadonlySet<CheckId> }) | null
}

/** `tells`: somebody will ask for what is untold; else that is not kept. */
export function estateKeeper({ store: { read }, config, clock }: KeeperOptions, tells: boolean): EstateKeeper {
  const inTurn = queue()
  let kept: Kept | null = null
  /** Whole readings so far, and those that were told. */
  let [wholes, toldWholes] = [0, 0]
  /** Each by its place in the configuration. */
  const untold = new Map<number, JudgedService>()

  async function next(signal?: AbortSignal): Promise<EstateReading | null> {
    const now = instant(clock.now())
    const inForce = config()
    const isOfUse = kept?.config === inForce && now >= kept.at && now - kept.wholeAt < WHOLE_EVERY_MS
    const before = isOfUse ? kept : null
    // what fails or is cut short leaves nothing half-way
    kept = null
    // before anything is read: what is written meanwhile is read again the next time
    const [checksMark, evidence] = [await read.checksMark(), await read.evidenceHead()]
    const scopes = await read.scopes()
    const found = (before && (await goOn(before, evidence, scopes, now))) ?? (await begin(inForce, scopes, now))
    const { estate, checks, drills, wholeAt, news } = found
    const known = news ? before : null
    const services = [...(known?.reading.services ?? [])]
    const stands = [...(known?.stands ?? [])]
    const anew = [...estate.views.entries()].filter(
      ([n, view]) => services[n]?.view !== view || now >= (stands[n]?.until ?? 0) || (news && isTouched(view, news)),
    )
    const judged: [number, JudgedService][] = []
    const breathe = breather()
    for (let from = 0; from < anew.length; from += BATCH) {
      if (signal?.aborted) return null
      const batch = anew.slice(from, from + BATCH)
      const views = await withPoints(
        batch.map(([, view]) => view),
        read,
      )
      for (const [i, [n, view]] of batch.entries()) {
        const findings = evaluateService(views[i] ?? view, now)
        services[n] = summariseService(view, findings, now)
        stands[n] = {
          until: standsUntil(view, now),
          changesAt: findings.reduce((at, { changesAt }) => Math.min(at, changesAt ?? at), NEVER),
        }
        // of two services with one name the first counts
        if (tells && estate.byName.get(view.service.name) === view) judged.push([n, { view, findings }])
        await breathe()
      }
    }
    const changesAt = stands.reduce((at, stand) => Math.min(at, stand.changesAt), NEVER)
    const reading = {
      at: now,
      estate,
      scopes,
      services: known && anew.length === 0 ? known.reading.services : services,
      changesAt: changesAt === NEVER ? null : instant(changesAt),
    }
    if (!known) {
      wholes += 1
      untold.clear()
    }
    for (const [n, one] of judged) untold.set(n, one)
    kept = { config: inForce, at: now, wholeAt, checksMark, evidence, checks, drills, reading, stands }
    return reading
  }

  async function begin(inForce: Config, scopes: readonly ScopeState[], now: Instant): Promise<Found> {
    const seenAt = seenAtOf(scopes)
    const breathe = breather()
    const checks = new Map<CheckId, KeptCheck>()
    const isAny = inForce.services.length > 0
    // a hundred thousand checks are not read for nothing
    if (isAny)
      for await (const check of read.eachCheck()) {
        checks.set(check.id, keptCheck(inForce, check, seenAt, now))
        await breathe()
      }
    const drills = isAny ? await read.newestDrills(DRILLS) : []
    const estate = await estateOf(inForce, checks, drills)
    return { checks, drills, estate, wholeAt: now, news: null }
  }

  /** Null: what has come since is not known. */
  async function goOn(
    before: Kept,
    evidence: EvidenceMark,
    scopes: readonly ScopeState[],
    now: Instant,
  ): Promise<Found | null> {
    const { checks, wholeAt, reading } = before
    if (before.config.services.length === 0)
      return { ...before, estate: reading.estate, news: { ...NO_NEWS, looked: new Set() } }
    const written = await read.checksSince(before.checksMark)
    const news = await serviceNews(before.evidence, evidence, read)
    if (written === null || news === null) return null
    const { changed, looked } = bringUpToDate(checks, written, before.config, seenAtOf(scopes), now)
    const drills = news.drills ? await read.newestDrills(DRILLS) : before.drills
    const fresh = changed || news.drills ? await estateOf(before.config, checks, drills) : null
    const estate = fresh ? withKnown(fresh, reading.estate) : reading.estate
    return { checks, drills, estate, wholeAt, news: { ...news, looked } }
  }

  return {
    read: (signal) => inTurn(() => next(signal)),
    async tell(work) {
      const upTo = wholes
      const judged = [...untold].sort(([a], [b]) => a - b)
      const waiting = await work({ whole: upTo > toldWholes, judged: judged.map(([, one]) => one) })
      toldWholes = upTo
      for (const [n, one] of judged) if (!waiting.has(one.view.service.name) && untold.get(n) === one) untold.delete(n)
    },
    forget() {
      if (!tells) kept = null
    },
  }
}

const NO_NEWS: ServiceNews = { services: new Set(), checks: new Set(), drills: false }

/** Leaves in `checks` those that prove something. */
async function estateOf(config: Config, checks: Map<CheckId, KeptCheck>, drills: readonly Drill[]): Promise<Estate> {
  const proving = [...checks.values()].map((kept) => kept.proving)
  const estate = await inSlices(surveying({ services: config.services, drills, checks: proving }))
  const proves = new Set(estate.views.flatMap(({ copies }) => copies.flatMap((copy) => copy.checks)))
  for (const [id, kept] of checks) if (!proves.has(kept.proving)) checks.delete(id)
  return estate
}

/** The same estate, in which what is as it was is also the same object. */
function withKnown(estate: Estate, before: Estate): Estate {
  const views = estate.views.map((view, n) => {
    const known = before.views[n]
    return known && isSame(view, known) ? known : view
  })
  const byName = new Map(views.toReversed().map((view) => [view.service.name, view]))
  return { ...estate, views, byName }
}

/** Of one configuration: what is declared is the same, and the order that follows from it. */
function isSame(a: ServiceView, b: ServiceView): boolean {
  return (
    a.drills.length === b.drills.length &&
    a.drills.every(({ id }, n) => id === b.drills[n]?.id) &&
    a.copies.every(({ checks }, n) => {
      const others = b.copies[n]?.checks ?? []
      return checks.length === others.length && checks.every((check, i) => check === others[i])
    })
  )
}

function isTouched({ service, copies }: ServiceView, news: NonNullable<Found['news']>): boolean {
  if (news.services.has(service.name)) return true
  const { checks: told, looked } = news
  if (told.size === 0 && looked.size === 0) return false
  return copies.some(({ checks }) => {
    if (told.size > 0 && checks.some(({ check }) => told.has(check.id))) return true
    // whether a job and a store say the same also hangs on when that was last looked at
    const compares = looked.size > 0 && checks.length > 1 && checks.some(({ check }) => check.type === JOB)
    return compares && checks.some(({ check }) => looked.has(check.id))
  })
}
