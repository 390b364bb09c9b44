import { type Instant, toIso } from '../../domain/instant.ts'
import type { Service, Waiver } from '../../domain/service.ts'
import type { ServiceAlarm, ServiceFinding } from '../../domain/service-finding.ts'
import type { RuleTuning, ServiceRuleId } from '../../domain/service-rule.ts'
import type { Severity } from '../../domain/severity.ts'
import type { ServiceView } from './estate.ts'
import { serviceRules } from './registry.ts'
import type { Judged, ServiceRule } from './rule.ts'

/** Judges one service by all rules, in their order. */
export function evaluateService(
  view: ServiceView,
  now: Instant,
  rules: readonly ServiceRule[] = serviceRules,
): ServiceFinding[] {
  const { service } = view
  return rules.map((rule) => {
    const tuning = tuningOf(service, rule.id, now)
    const judged = tuning.severity === 'off' ? turnedOff(service, tuning.reason ?? null) : rule.judge(view, now, tuning)
    return findingOf(rule.id, judged, tuning, service, now)
  })
}

/** How a rule is set for a service now; a setting whose end has come is none. */
export function tuningOf({ rules }: Service, rule: ServiceRuleId, now: Instant): Partial<RuleTuning> {
  const tuning = rules[rule]
  return tuning && (tuning.until === null || now < tuning.until) ? tuning : {}
}

function turnedOff({ name }: Service, reason: string | null): Judged {
  return { outcome: 'not-applicable', reason: `It is turned off for ${name}${reason === null ? '.' : `: ${reason}`}` }
}

function findingOf(
  rule: ServiceRuleId,
  judged: Judged,
  tuning: Partial<RuleTuning>,
  service: Service,
  now: Instant,
): ServiceFinding {
  const { outcome, reason, advice = null, evidence = {}, changesAt = null } = judged
  const about = service.waivers.filter((waiver) => waiver.rule === rule)
  const open = outcome === 'fail' || outcome === 'unknown'
  const waiver = open ? lastEnding(about.filter(({ until }) => now < until)) : null
  const ended = open && waiver === null ? lastEnding(about) : null
  const rated = tuning.severity && tuning.severity !== 'off' ? tuning.severity : null
  return {
    service: service.name,
    rule,
    outcome,
    severity: outcome === 'fail' ? (rated ?? severityOf(judged, service)) : null,
    reason: ended ? `${reason} It was accepted until ${toIso(ended.until)} (${ended.owner}: ${ended.reason}).` : reason,
    advice,
    evidence,
    waiver,
    changesAt: [changesAt, waiver?.until ?? null, tuning.until ?? null].reduce(earlier),
    alarm: waiver ? null : alarmOf(judged, rated ?? judged.severity ?? 'warning'),
  }
}

function alarmOf({ outcome, echoes = [], turnedAt = null }: Judged, severity: Severity): ServiceAlarm | null {
  return outcome === 'fail' && severity !== 'info' ? { severity, echoes, turnedAt } : null
}

function earlier(a: Instant | null, b: Instant | null): Instant | null {
  return a === null || (b !== null && b < a) ? b : a
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
