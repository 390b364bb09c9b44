import { presentService } from '../api/present-service.ts'
import type { ServiceJson } from '../api/service-schemas.ts'
import { toIso } from '../domain/instant.ts'
import type { ServiceView } from '../evaluation/services/estate.ts'
import { evaluateService } from '../evaluation/services/evaluate.ts'
import { summariseService } from '../evaluation/services/summary.ts'
import { globToRegExp } from '../lib/glob.ts'
import { UsageError } from './errors.ts'
import { type EstateOptions, type KnownEstate, knownEstate } from './estate.ts'

export type { ServiceJson } from '../api/service-schemas.ts'

/** What `services --format json` prints. */
export interface ServicesReport {
  generated_at: string
  /** Whether an instance's database was read, or the sources were looked at. */
  from: KnownEstate['from']
  summary: { services: number; pass: number; fail: number; unknown: number; waived: number }
  services: ServiceJson[]
}

/** Services, judged by all rules: all, or those that are named (patterns too). Throws UsageError where nothing is named so. */
export async function servicesReport(
  names: readonly string[],
  options: Omit<EstateOptions, 'points'>,
): Promise<{ report: ServicesReport; remarks: string[] }> {
  const known = await knownEstate({ ...options, points: true })
  const { now, estate, from } = known
  const services = viewsNamed(estate.views, names).map((view): ServiceJson => {
    const findings = evaluateService(view, now)
    return presentService(summariseService(view, findings, now), findings, estate, now)
  })
  const summary = { services: services.length, pass: 0, fail: 0, unknown: 0, waived: 0 }
  for (const { findings } of services)
    for (const { outcome, waived_until } of findings) {
      if (waived_until !== null) summary.waived += 1
      else if (outcome !== 'not-applicable') summary[outcome] += 1
    }
  return { report: { generated_at: toIso(now), from, summary, services }, remarks: known.remarks }
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
