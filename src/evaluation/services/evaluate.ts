import { type Instant, toIso } from '../../domain/instant.ts'
import type { Service, Waiver } from '../../domain/service.ts'
import type { ServiceFinding } from '../../domain/service-finding.ts'
import type { ServiceView } from './estate.ts'
import { serviceRules } from './registry.ts'
import type { Judged, ServiceRule } from './rule.ts'

/** Judges one service by all rules, in their order. */
export function evaluateService(
  view: ServiceView,
  now: Instant,
  rules: readonly ServiceRule[] = serviceRules,
): ServiceFinding[] {
  return rules.map((rule) => findingOf(rule.id, rule.judge(view, now), view.service, now))
}

function findingOf(rule: string, judged: Judged, service: Service, now: Instant): ServiceFinding {
  const { outcome, reason, advice = null, evidence = {}, changesAt = null } = judged
  const about = service.waivers.filter((waiver) => waiver.rule === rule)
  const open = outcome === 'fail' || outcome === 'unknown'
  const waiver = open ? lastEnding(about.filter(({ until }) => now < until)) : null
  const ended = open && waiver === null ? lastEnding(about) : null
  return {
    service: service.name,
    rule,
    outcome,
    severity: outcome === 'fail' ? severityOf(judged, service) : null,
    reason: ended ? `${reason} It was accepted until ${toIso(ended.until)} (${ended.owner}: ${ended.reason}).` : reason,
    advice,
    evidence,
    waiver,
    changesAt: waiver && (changesAt === null || waiver.until < changesAt) ? waiver.until : changesAt,
  }
}

function severityOf({ severity = 'warning' }: Judged, { tier }: Service): ServiceFinding['severity'] {
  return severity === 'warning' && tier === 1 ? 'critical' : severity
}

function lastEnding(waivers: readonly Waiver[]): Waiver | null {
  return waivers.reduce<Waiver | null>(
    (last, waiver) => (last === null || waiver.until > last.until ? waiver : last),
    null,
  )
}

/** Waivers that are about no rule: a person meant something, and it does nothing. */
export function strayWaivers(service: Service, rules: readonly ServiceRule[] = serviceRules): string[] {
  return service.waivers.map(({ rule }) => rule).filter((rule) => !rules.some(({ id }) => id === rule))
}
