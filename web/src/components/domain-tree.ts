import type { FailureDomain } from '../api/services.ts'

/** Something that lies somewhere: production, or a copy. */
export interface Placed {
  key: string
  domain: FailureDomain
}

export interface Level {
  kind: 'provider' | 'account' | 'region' | 'site' | 'medium'
  value: string
}

/** A failure domain, with those in it that hold nothing else joined to it: "aws › 1234 › eu-central-1". */
export interface Box<T extends Placed> {
  key: string
  path: readonly Level[]
  boxes: readonly Box<T>[]
  items: readonly T[]
  /** How many lie in it, however deep. */
  count: number
}

const LEVELS = ['provider', 'account', 'place', 'medium'] as const

/** Puts what lies somewhere into nested failure domains. A level that nobody says anything of is left out. */
export function boxesOf<T extends Placed>(items: readonly T[]): { boxes: readonly Box<T>[]; items: readonly T[] } {
  const providers = providersOf(items)
  const providerOf = ({ domain }: T) => domain.provider ?? single(providers.get(placeKey(domain) ?? ''))
  return split(items, LEVELS, '', providerOf)
}

/** Who says the site and not whose it is means the one that another says of the same site. */
function providersOf(items: readonly Placed[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const { domain } of items) {
    const place = placeKey(domain)
    if (place === null || domain.provider === null) continue
    const known = found.get(place)
    if (known) known.add(domain.provider)
    else found.set(place, new Set([domain.provider]))
  }
  return found
}

const single = (values: ReadonlySet<string> | undefined) => (values?.size === 1 ? ([...values][0] ?? null) : null)

const placeKey = ({ region, site }: FailureDomain) => (region === null && site === null ? null : `${region}\n${site}`)

function split<T extends Placed>(
  items: readonly T[],
  levels: readonly (typeof LEVELS)[number][],
  above: string,
  providerOf: (item: T) => string | null,
): { boxes: readonly Box<T>[]; items: readonly T[] } {
  const [level, ...deeper] = levels
  if (level === undefined) return { boxes: [], items }
  const groups = new Map<string, { path: Level[]; items: T[] }>()
  const others: T[] = []
  for (const item of items) {
    const path = pathOf(item.domain, level, providerOf(item))
    const key = JSON.stringify(path)
    const group = groups.get(key)
    if (path.length === 0) others.push(item)
    else if (group) group.items.push(item)
    else groups.set(key, { path, items: [item] })
  }
  const boxes = [...groups].map(([key, group]): Box<T> => {
    const inner = split(group.items, deeper, above + key, providerOf)
    const [only, ...more] = inner.boxes
    const joined = only && more.length === 0 && inner.items.length === 0
    return {
      ...(joined ? only : inner),
      key: above + key,
      path: joined ? [...group.path, ...only.path] : group.path,
      count: group.items.length,
    }
  })
  // what nobody says stands beside what is known
  const rest = split(others, deeper, `${above}-`, providerOf)
  return { boxes: [...boxes, ...rest.boxes], items: rest.items }
}

function pathOf(domain: FailureDomain, level: (typeof LEVELS)[number], provider: string | null): Level[] {
  const named: readonly [Level['kind'], string | null][] =
    level === 'provider'
      ? [['provider', provider]]
      : level === 'place'
        ? [
            ['region', domain.region],
            ['site', domain.site],
          ]
        : [[level, domain[level]]]
  return named.flatMap(([kind, value]) => (value === null ? [] : { kind, value }))
}
