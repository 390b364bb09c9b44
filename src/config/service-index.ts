import { globToRegExp, isGlob, matchesAll } from '../lib/glob.ts'
import type { ConfiguredService } from './config.ts'
import { formatPath } from './located.ts'

/** What services make of one check. */
export interface Backed {
  names: readonly string[]
  tier: number | null
  owner: string | null
  /** The strictest that any of them asks of it. */
  demand: { maxAgeMs: number; from: string } | null
}

export interface ServiceIndex {
  backedBy(check: string, tags: Readonly<Record<string, string>>): Backed
}

/** One copy of a service: what it asks of the checks that it names. */
interface Claim {
  service: ConfiguredService
  /** A copy that names the check outright tells more than one whose pattern happens to match. */
  exact: boolean
  demand: Backed['demand']
}

const NOBODY: Backed = { names: [], tier: null, owner: null, demand: null }

export function indexServices(services: readonly ConfiguredService[]): ServiceIndex {
  const exact = new Map<string, Claim[]>()
  /** Patterns by the part before the first slash, where that is no pattern itself: most are of another source. */
  const bySource = new Map<string, { pattern: RegExp; claim: Claim }[]>()
  const anywhere: { pattern: RegExp; claim: Claim }[] = []
  const tagged: { matches: ReturnType<typeof matchesAll>; claim: Claim }[] = []
  for (const service of services) {
    for (const [index, copy] of service.copies.entries()) {
      const demand = demandOf(service, index)
      if (copy.tags !== null)
        tagged.push({ matches: matchesAll(copy.check, copy.tags), claim: { service, exact: false, demand } })
      if (copy.check === null || copy.tags !== null) continue
      const claim: Claim = { service, exact: !isGlob(copy.check), demand }
      if (claim.exact) append(exact, copy.check, claim)
      else {
        const source = copy.check.slice(0, Math.max(0, copy.check.indexOf('/')))
        const entry = { pattern: globToRegExp(copy.check), claim }
        if (source === '' || isGlob(source)) anywhere.push(entry)
        else append(bySource, source, entry)
      }
    }
  }
  return {
    backedBy(check, tags) {
      const patterns = [...(bySource.get(check.slice(0, Math.max(0, check.indexOf('/')))) ?? []), ...anywhere]
      const claims = [
        ...(exact.get(check) ?? []),
        ...patterns.filter(({ pattern }) => pattern.test(check)).map(({ claim }) => claim),
        ...tagged.filter(({ matches }) => matches(check, tags)).map(({ claim }) => claim),
      ]
      return claims.length === 0 ? NOBODY : sum(claims)
    },
  }
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

function demandOf(service: ConfiguredService, index: number): Backed['demand'] {
  const maxAgeMs = service.copies[index]?.maxAgeMs ?? null
  if (maxAgeMs !== null) return { maxAgeMs, from: formatPath(['services', service.name, 'copies', index, 'max_age']) }
  return service.rpoMs === null
    ? null
    : { maxAgeMs: service.rpoMs, from: formatPath(['services', service.name, 'rpo']) }
}

function sum(claims: readonly Claim[]): Backed {
  const outright = new Set(claims.filter((claim) => claim.exact).map((claim) => claim.service))
  const services = [...new Set(claims.map((claim) => claim.service))]
  const gravestFirst = services.sort(
    (a, b) => (a.tier ?? Infinity) - (b.tier ?? Infinity) || (a.name < b.name ? -1 : 1),
  )
  let demand: Backed['demand'] = null
  for (const claim of claims) {
    if (!claim.exact && outright.has(claim.service)) continue
    if (claim.demand && (!demand || claim.demand.maxAgeMs < demand.maxAgeMs)) demand = claim.demand
  }
  return {
    names: services.map((service) => service.name).sort(),
    tier: gravestFirst[0]?.tier ?? null,
    owner: gravestFirst.find((service) => service.owner)?.owner ?? null,
    demand,
  }
}
