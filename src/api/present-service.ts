import { type Instant, toIso } from '../domain/instant.ts'
import type { ServiceFinding } from '../domain/service-finding.ts'
import { type CopyView, type Estate, proofText, type ServiceView } from '../evaluation/services/estate.ts'
import { serviceRules } from '../evaluation/services/registry.ts'
import type { ServiceSummary } from '../evaluation/services/summary.ts'
import type { RestoreStep } from '../planning/restore-order.ts'
import type * as schemas from './service-schemas.ts'

/** Services in the words of the API, which are those of `services --format json` too: pure. */

const iso = (at: Instant | null): string | null => (at === null ? null : toIso(at))
const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000)
// clocks that differ by moments make no negative ages
const age = (at: Instant | null, now: Instant) => (at === null ? null : Math.max(0, Math.floor((now - at) / 1000)))

export function presentServiceSummary(summary: ServiceSummary, now: Instant): schemas.ServiceSummaryJson {
  const { view, ladder, timed, recoverableTo } = summary
  const { service, copies } = view
  const standing = (one: CopyView['standing']) => copies.filter((copy) => copy.standing === one).length
  return {
    name: service.name,
    tier: service.tier,
    owner: service.owner,
    labels: { ...service.labels },
    outcome: summary.outcome,
    severity: summary.severity,
    counts: { ...summary.counts },
    failing_rules: [...summary.failing],
    ladder: { rung: ladder.rung, since: iso(ladder.since), next: ladder.next },
    marks: { ...summary.marks },
    copy_counts: {
      declared: copies.length,
      proven: standing('proven'),
      unknown: standing('unknown'),
      absent: standing('absent'),
    },
    recoverable_to: iso(recoverableTo),
    age_seconds: age(recoverableTo, now),
    rpo_seconds: seconds(service.rpoMs),
    rpo_outcome: summary.rpo,
    rto_seconds: seconds(service.rtoMs),
    rto_outcome: summary.rto,
    rta_seconds: seconds(timed?.rtaMs ?? null),
    rta_at: iso(timed?.at ?? null),
  }
}

const MOST_DRILLS = 10

export function presentService(
  summary: ServiceSummary,
  findings: readonly ServiceFinding[],
  estate: Estate,
  now: Instant,
): schemas.ServiceJson {
  const { view } = summary
  const { service } = view
  return {
    ...presentServiceSummary(summary, now),
    method: service.method,
    data_class: service.dataClass,
    runbook: service.runbook,
    standard: service.standard,
    production: { ...service.production },
    copies: view.copies.map((copy) => presentCopy(copy, now)),
    findings: findings.map(presentFinding),
    waivers: presentWaivers(view, findings, now),
    keys: service.keys.map(({ name, holders, where, lastRehearsedAt }) => ({
      name,
      holders: [...holders],
      where,
      last_rehearsed_at: iso(lastRehearsedAt),
    })),
    order: presentOrder(view, estate),
    drill_every_seconds: service.drillEveryMs / 1000,
    drills: view.drills.slice(0, MOST_DRILLS).map(({ id, at, by, part, outcome, rtaMs, rpaMs, gaps }) => ({
      id,
      at: toIso(at),
      by,
      part,
      outcome,
      rta_seconds: seconds(rtaMs),
      rpa_seconds: seconds(rpaMs),
      gaps: [...gaps],
    })),
  }
}

/** A pattern may match a hundred thousand checks: nobody reads them all here. */
const MOST_CHECKS = 100

function presentCopy(view: CopyView, now: Instant): schemas.ServiceJson['copies'][number] {
  const { copy, checks } = view
  return {
    title: view.title,
    type: copy.type,
    location: copy.location,
    standing: view.standing,
    why: view.why === '' ? null : view.why,
    recoverable_to: iso(view.recoverableTo),
    age_seconds: age(view.recoverableTo, now),
    max_age_seconds: seconds(copy.maxAgeMs),
    domain: { ...view.domain },
    contradictions: view.contradictions.map((one) => ({ ...one })),
    immutable: copy.immutable,
    offline: copy.offline,
    encryption: copy.encryption,
    keys: [...copy.keys],
    bound_to: copy.check === null && copy.tags === null ? null : proofText(copy),
    checks: checks.slice(0, MOST_CHECKS).map(({ check }) => ({
      id: check.id,
      name: check.resource.name,
      type: check.type,
      status: check.judgement.status,
      recoverable_to: iso(check.facts.newestGood?.recoverableTo ?? null),
      locked: check.immutability ? { how: check.immutability.how, until: iso(check.immutability.until) } : null,
    })),
    check_count: checks.length,
  }
}

const ASKS = new Map(serviceRules.map(({ id, asks }) => [id, asks]))

function presentFinding(finding: ServiceFinding): schemas.ServiceFindingJson {
  const { waiver } = finding
  return {
    rule: finding.rule,
    asks: ASKS.get(finding.rule) ?? '',
    outcome: finding.outcome,
    severity: finding.severity,
    reason: finding.reason,
    advice: finding.advice,
    waived_until: waiver === null ? null : toIso(waiver.until),
    waived_by: waiver === null ? null : waiver.owner,
    changes_at: iso(finding.changesAt),
    evidence: finding.evidence,
  }
}

function presentWaivers(view: ServiceView, findings: readonly ServiceFinding[], now: Instant) {
  const inForce = new Set(findings.map(({ waiver }) => waiver))
  return view.service.waivers.map((waiver) => ({
    rule: waiver.rule,
    reason: waiver.reason,
    owner: waiver.owner,
    until: toIso(waiver.until),
    state: inForce.has(waiver) ? ('in-force' as const) : now < waiver.until ? ('idle' as const) : ('ended' as const),
  }))
}

interface OrderIndex {
  steps: ReadonlyMap<string, RestoreStep>
  waitedForBy: ReadonlyMap<string, readonly string[]>
}

const indexes = new WeakMap<Estate['order'], OrderIndex>()

function indexOf({ order, byName }: Estate): OrderIndex {
  const known = indexes.get(order)
  if (known) return known
  const waitedForBy = new Map<string, string[]>()
  for (const { name } of order.steps)
    for (const other of new Set(byName.get(name)?.service.dependsOn)) {
      const list = waitedForBy.get(other)
      if (list) list.push(name)
      else waitedForBy.set(other, [name])
    }
  const index = { steps: new Map(order.steps.map((step) => [step.name, step])), waitedForBy }
  indexes.set(order, index)
  return index
}

const MOST_NEIGHBOURS = 200

function presentOrder({ service, order }: ServiceView, estate: Estate): schemas.ServiceJson['order'] {
  const { steps, waitedForBy } = indexOf(estate)
  const waiting = waitedForBy.get(service.name) ?? []
  const neighbour = (name: string) => {
    const other = estate.byName.get(name)
    return { name, tier: other?.service.tier ?? null, declared: other !== undefined }
  }
  return {
    position: order.position,
    wave: steps.get(service.name)?.wave ?? 0,
    waits_for: [...new Set(service.dependsOn)].map(neighbour),
    waited_for_by: waiting.slice(0, MOST_NEIGHBOURS).map(neighbour),
    waited_for_by_count: waiting.length,
    cycle: order.cycle === null ? null : [...order.cycle],
  }
}
