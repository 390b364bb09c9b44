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

/** Production, where it is declared, and the copies: those that are proven, or (`possible`) also those that may be there. */
export function placesOf({ service, proven, unknown }: ServiceView, which: 'proven' | 'possible'): FailureDomain[] {
  const copies = which === 'proven' ? proven : [...proven, ...unknown]
  return [...(isKnown(service.production) ? [service.production] : []), ...copies.map(({ domain }) => domain)]
}

const SYSTEM = ['provider', 'account', 'site', 'medium'] as const

/** Whether they lie on two media or systems: not on one platform, in one account. unknown: what is declared can't tell. */
export function onTwoSystems(domains: readonly FailureDomain[]): 'yes' | 'no' | 'unknown' {
  const known = SYSTEM.map((kind) => domains.map((domain) => domain[kind]))
  if (known.some((values) => new Set(values.filter((value) => value !== null)).size > 1)) return 'yes'
  const inCloud = domains.some(({ provider, account, site }) => (provider ?? account) !== null && site === null)
  const atSite = domains.some(({ provider, account, site }) => (provider ?? account) === null && site !== null)
  if (inCloud && atSite) return 'yes'
  return domains.length > 0 && known.some((values) => !values.includes(null)) ? 'no' : 'unknown'
}
