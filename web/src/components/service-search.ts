import type { LossFilters, LossKind, ServiceFilters, ServiceSummary } from '../api/services.ts'

/** What the addresses of the pages about services hold: texts that people can read and change. */
export interface ServicesSearch {
  q?: string
  owner?: string
  tier?: string
  outcome?: ServiceSummary['outcome']
}

export const OUTCOMES = ['fail', 'unknown', 'pass'] as const

/** An address comes from anywhere: what is no filter is dropped. */
export function servicesSearch(search: Record<string, unknown>): ServicesSearch {
  const q = textOf(search.q)?.slice(0, 200)
  const owner = textOf(search.owner)
  const tier = textOf(search.tier)
  const outcome = OUTCOMES.find((known) => known === search.outcome)
  return {
    ...(q !== undefined && { q }),
    ...(owner !== undefined && { owner }),
    ...(tier !== undefined && /^\d{1,4}$/.test(tier) && { tier }),
    ...(outcome && { outcome }),
  }
}

export function serviceFiltersOf({ q, owner, tier, outcome }: ServicesSearch): ServiceFilters {
  return {
    q: q?.trim() || undefined,
    owner,
    tier: tier === undefined ? undefined : Number(tier),
    outcome: outcome && [outcome],
  }
}

export function serviceSearch(search: Record<string, unknown>): { name: string } {
  return { name: textOf(search.name) ?? '' }
}

export interface WhatIfSearch {
  /** KIND:VALUE, each of which is lost. */
  lose?: string[]
  q?: string
  kind?: LossKind
}

export const LOSS_KINDS = [
  'provider',
  'account',
  'region',
  'site',
  'medium',
  'credential',
  'key',
  'service',
  'check',
] as const satisfies readonly LossKind[]

const MOST_LOSSES = 50

export function whatIfSearch(search: Record<string, unknown>): WhatIfSearch {
  const given: unknown[] = Array.isArray(search.lose) ? search.lose : [search.lose]
  const lose = [...new Set(given.flatMap((one) => textOf(one) ?? []))].slice(0, MOST_LOSSES)
  const q = textOf(search.q)?.slice(0, 200)
  const kind = LOSS_KINDS.find((known) => known === search.kind)
  return { ...(lose.length > 0 && { lose }), ...(q !== undefined && { q }), ...(kind && { kind }) }
}

export function lossFiltersOf({ q, kind }: WhatIfSearch): LossFilters {
  return { ...(q?.trim() && { q: q.trim() }), ...(kind && { kind: [kind] }) }
}

function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.slice(0, 4096).replaceAll('\0', '')
  return text === '' ? undefined : text
}
