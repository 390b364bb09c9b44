import { type Instant, toIso } from '../domain/instant.ts'
import type { FailureDomain, Service } from '../domain/service.ts'
import type { ServiceFinding } from '../domain/service-finding.ts'
import type { ServiceView } from '../evaluation/services/estate.ts'
import { evaluateService, strayWaivers } from '../evaluation/services/evaluate.ts'
import { type Ladder, ladderOf } from '../evaluation/services/ladder.ts'
import { globToRegExp } from '../lib/glob.ts'
import { UsageError } from './errors.ts'
import { type EstateOptions, type KnownEstate, knownEstate } from './estate.ts'

/** What `services --format json` prints. */
export interface ServicesReport {
  generated_at: string
  /** Whether an instance's database was read, or the sources were looked at. */
  from: KnownEstate['from']
  summary: { services: number; pass: number; fail: number; unknown: number; waived: number }
  services: ServiceJson[]
}

export interface ServiceJson {
  name: string
  tier: number | null
  owner: string | null
  rpo_seconds: number | null
  rto_seconds: number | null
  labels: Service['labels']
  data_class: string | null
  runbook: string | null
  ladder: { rung: Ladder['rung']; since: string | null; next: Ladder['next'] }
  copies: {
    title: string
    standing: string
    why: string | null
    recoverable_to: string | null
    age_seconds: number | null
    domain: FailureDomain
    checks: string[]
  }[]
  findings: {
    rule: string
    outcome: ServiceFinding['outcome']
    severity: ServiceFinding['severity']
    reason: string
    advice: string | null
    waived_until: string | null
    waived_by: string | null
    changes_at: string | null
    evidence: ServiceFinding['evidence']
  }[]
}

/** Services, judged by all rules: all, or those that are named (patterns too). Throws UsageError where nothing is named so. */
export async function servicesReport(
  names: readonly string[],
  options: Omit<EstateOptions, 'points'>,
): Promise<{ report: ServicesReport; remarks: string[] }> {
  const known = await knownEstate({ ...options, points: true })
  const { now, estate, from } = known
  const services = viewsNamed(estate.views, names).map(
    (view): ServiceJson => present(view, evaluateService(view, now), now),
  )
  const summary = { services: services.length, pass: 0, fail: 0, unknown: 0, waived: 0 }
  for (const { findings } of services)
    for (const { outcome, waived_until } of findings) {
      if (waived_until !== null) summary.waived += 1
      else if (outcome !== 'not-applicable') summary[outcome] += 1
    }
  const strays = estate.views.flatMap(({ service }) =>
    strayWaivers(service).map((rule) => `services.${service.name}.waivers: there is no rule "${rule}".`),
  )
  return { report: { generated_at: toIso(now), from, summary, services }, remarks: [...known.remarks, ...strays] }
}

export function viewsNamed(views: readonly ServiceView[], names: readonly string[]): ServiceView[] {
  const found = new Set<ServiceView>()
  for (const name of names) {
    const pattern = globToRegExp(name)
    const matching = views.filter(({ service }) => pattern.test(service.name))
    if (matching.length === 0) {
      const known = views.map(({ service }) => service.name)
      throw new UsageError(
        `there is no service ${name}; there ${known.length === 0 ? 'are none: write them under services: in the configuration' : `are: ${known.slice(0, 20).join(', ')}${known.length > 20 ? ', ...' : ''}`}`,
      )
    }
    for (const view of matching) found.add(view)
  }
  return names.length === 0 ? [...views] : views.filter((view) => found.has(view))
}

function present(view: ServiceView, findings: readonly ServiceFinding[], now: Instant): ServiceJson {
  const { service } = view
  const ladder = ladderOf(view, now)
  return {
    name: service.name,
    tier: service.tier,
    owner: service.owner,
    rpo_seconds: service.rpoMs === null ? null : service.rpoMs / 1000,
    rto_seconds: service.rtoMs === null ? null : service.rtoMs / 1000,
    labels: service.labels,
    data_class: service.dataClass,
    runbook: service.runbook,
    ladder: { rung: ladder.rung, since: ladder.since === null ? null : toIso(ladder.since), next: ladder.next },
    copies: view.copies.map(({ title, standing, why, recoverableTo, domain, checks }) => ({
      title,
      standing,
      why: why === '' ? null : why,
      recoverable_to: recoverableTo === null ? null : toIso(recoverableTo),
      age_seconds: recoverableTo === null ? null : Math.max(0, Math.round((now - recoverableTo) / 1000)),
      domain,
      checks: checks.map(({ check }) => check.id),
    })),
    findings: findings.map(({ rule, outcome, severity, reason, advice, waiver, changesAt, evidence }) => ({
      rule,
      outcome,
      severity,
      reason,
      advice,
      waived_until: waiver === null ? null : toIso(waiver.until),
      waived_by: waiver === null ? null : waiver.owner,
      changes_at: changesAt === null ? null : toIso(changesAt),
      evidence,
    })),
  }
}
