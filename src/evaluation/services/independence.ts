import type { FailureDomain } from '../../domain/service.ts'
import type { ServiceView } from './estate.ts'

/** What one event can take as a whole. An account is its provider's, a region too. */
const KINDS = ['account', 'region', 'site', 'credential'] as const
type Kind = (typeof KINDS)[number]

export interface Independence {
  /** What all of them lie in: its loss takes them all. */
  shared: { kind: Kind; value: string }[]
  /** Whether something that is known of two of them sets them apart. */
  separated: boolean
}

/** Holds places against each other: is there one event that takes them all? */
export function independenceOf(domains: readonly FailureDomain[]): Independence {
  const shared: Independence['shared'] = []
  let separated = false
  for (const kind of KINDS) {
    const values = domains.map((domain) => domain[kind])
    const known = new Set(values.filter((value) => value !== null))
    const [value] = known
    if (known.size === 1 && value !== undefined && !values.includes(null)) shared.push({ kind, value })
    if (known.size > 1 && kind !== 'credential') separated = true
  }
  if (new Set(domains.flatMap(({ provider }) => provider ?? [])).size > 1) separated = true
  // one has a region, another a site: whoever writes them so means two places
  const inRegion = domains.some(({ region, site }) => region !== null && site === null)
  const atSite = domains.some(({ region, site }) => region === null && site !== null)
  if (inRegion && atSite) separated = true
  return { shared, separated }
}

export function isKnown(domain: FailureDomain): boolean {
  return Object.values(domain).some((part) => part !== null)
}

/** Production, where it is declared, and the copies that are proven. */
export function placesOf({ service, proven }: ServiceView): FailureDomain[] {
  return [...(isKnown(service.production) ? [service.production] : []), ...proven.map(({ domain }) => domain)]
}

const SYSTEM = ['provider', 'account', 'site', 'medium'] as const

/** Media or systems among these that are known to differ. */
export function systemsOf(domains: readonly FailureDomain[]): { systems: Set<string>; unclear: number } {
  const known = domains.filter((domain) => SYSTEM.some((kind) => domain[kind] !== null))
  return {
    systems: new Set(known.map((domain) => SYSTEM.map((kind) => domain[kind] ?? '').join(' '))),
    unclear: domains.length - known.length,
  }
}
