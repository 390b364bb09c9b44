import type { z } from 'zod'
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

function configured(name: string, found: z.output<typeof service>, place: Place): ConfiguredService {
  return {
    name,
    tier: found.tier ?? null,
    owner: found.owner ?? null,
    method: found.method ?? null,
    rpoMs: found.rpo ?? null,
    rtoMs: found.rto ?? null,
    dependsOn: found.depends_on ?? [],
    copies: (found.copies ?? []).map(({ type, location, check, max_age }) => ({
      type,
      location: location ?? null,
      check: check ?? null,
      max_age,
    })),
    at: positionOf(place),
  }
}
