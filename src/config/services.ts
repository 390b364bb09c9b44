import type { z } from 'zod'
import { type Instant, plus } from '../domain/instant.ts'
import { DOMAIN_KINDS, type FailureDomain, NOWHERE, type ServiceCopy } from '../domain/service.ts'
import { type RuleTuning, type RuleTunings, SERVICE_RULES, type ServiceRuleId } from '../domain/service-rule.ts'
import { checkNode } from './check-node.ts'
import type { ConfiguredService } from './config.ts'
import { type Located, type Place, positionOf } from './located.ts'
import { checkName, namedEntries } from './named.ts'
import type { ProblemList } from './problem.ts'
import { listedService, service } from './sections.ts'

/** Both forms: a map of names, and the list of inventories that exist already. */
export function checkServices(node: Located | null, problems: ProblemList): ConfiguredService[] {
  if (node?.kind === 'list') return checkList(node.items, problems)
  const services: ConfiguredService[] = []
  for (const entry of namedEntries(node, 'services', problems)) {
    const checked = checkNode(service, entry.node, entry.path, problems)
    if (checked) services.push(configured(entry.name, checked, entry.key))
  }
  return services
}

function checkList(items: readonly Located[], problems: ProblemList): ConfiguredService[] {
  const services: ConfiguredService[] = []
  const first = new Map<string, Place>()
  for (const [index, item] of items.entries()) {
    const path = ['services', index]
    const checked = checkNode(listedService, item, path, problems)
    if (!checked || !checkName(checked.name, item.place, path, problems)) continue
    const place = first.get(checked.name)
    if (place) {
      const { file, line, column } = positionOf(place)
      const message = `the service ${checked.name} is here twice: first at ${file}:${line}:${column}`
      problems.add(item.place, [...path, 'name'], message)
    } else {
      first.set(checked.name, item.place)
      services.push(configured(checked.name, checked, item.place))
    }
  }
  return services
}

const DAY_MS = 86_400_000

function configured(name: string, found: z.output<typeof service>, place: Place): ConfiguredService {
  const { last = 0, hourly = 0, daily = 0, weekly = 0, monthly = 0, yearly = 0 } = found.retention ?? {}
  return {
    name,
    tier: found.tier ?? null,
    owner: found.owner ?? null,
    method: found.method ?? null,
    rpoMs: found.rpo ?? null,
    rtoMs: found.rto ?? null,
    dependsOn: found.depends_on ?? [],
    copies: (found.copies ?? []).map(copyOf),
    runbook: found.runbook ?? null,
    dataClass: found.data_class ?? null,
    labels: found.labels ?? {},
    database: found.database ?? null,
    production: { ...NOWHERE, ...found.production },
    standard: found.standard ?? '3-2-1',
    keys: (found.keys ?? []).map((key) => ({
      name: key.name,
      holders: key.holders ?? [],
      where: key.where ?? null,
      lastRehearsedAt: key.last_rehearsed?.at ?? null,
      rehearseEveryMs: key.rehearse_every ?? 365 * DAY_MS,
    })),
    retention: found.retention ? { last, hourly, daily, weekly, monthly, yearly } : null,
    drillEveryMs: found.drill_every ?? 180 * DAY_MS,
    waivers: (found.waivers ?? []).map(({ until, ...waiver }) => ({ ...waiver, until: endOf(until) })),
    rules: tuningsOf(found.rules ?? {}),
    at: positionOf(place),
  }
}

/** A day is meant to its end. */
function endOf({ at, value }: { at: Instant; value: string }): Instant {
  return value.length === 10 ? plus(at, DAY_MS) : at
}

function tuningsOf(found: NonNullable<z.output<typeof service>['rules']>): RuleTunings {
  const given = SERVICE_RULES.flatMap((rule): [ServiceRuleId, RuleTuning][] => {
    const set = found[rule]
    if (!set) return []
    const { severity = null, reason = null, owner = null, until } = set
    const tuning = { severity, reason, owner, until: until ? endOf(until) : null }
    const measures = {
      ...('least' in set && { least: set.least }),
      ...('below' in set && { below: set.below }),
      ...('spare' in set && { spare: set.spare }),
      ...('within' in set && { withinMs: set.within }),
    }
    return [[rule, { ...tuning, ...measures }]]
  })
  return Object.fromEntries(given)
}

function copyOf(found: NonNullable<z.output<typeof service>['copies']>[number]): ServiceCopy {
  const declared = Object.fromEntries(DOMAIN_KINDS.map((kind) => [kind, found[kind]]).filter(([, part]) => part))
  return {
    type: found.type,
    location: found.location ?? null,
    check: found.check ?? null,
    tags: found.tags ?? null,
    maxAgeMs: found.max_age ?? null,
    domain: { ...NOWHERE, ...(Object.keys(declared).length === 0 ? placeOf(found.location ?? null) : declared) },
    immutable: found.immutable ?? null,
    offline: found.offline ?? null,
    encryption: found.encryption ?? null,
    keys: found.keys ?? [],
    consistency: found.consistency ?? null,
  }
}

/** "dc-a / s3-main": a site and the system there. A location that is written in any other way says nothing that can be compared. */
function placeOf(location: string | null): Partial<FailureDomain> {
  const parts = location?.split(' / ').map((part) => part.trim()) ?? []
  const [site, medium] = parts
  return parts.length === 2 && site && medium ? { site, medium } : {}
}
