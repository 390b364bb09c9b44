import type { CheckFilters, Incident, IncidentFilters, Severity, Status } from '../api/client.ts'
import { STATUSES } from './words.ts'

/** What the address of the list of checks holds: texts that people can read and change. */
export interface ListSearch {
  source?: string
  account?: string
  type?: string
  owner?: string
  status?: string
  q?: string
}

const KEYS = ['source', 'account', 'type', 'owner', 'status', 'q'] as const

/** An address comes from anywhere: what is no filter is dropped, words that are no status too. */
export function listSearch(search: Record<string, unknown>): ListSearch {
  const result: ListSearch = {}
  for (const key of KEYS) {
    const value = search[key]
    if (typeof value !== 'string' || value === '') continue
    const kept = key === 'status' ? statusesOf(value).join(',') : value.slice(0, key === 'q' ? 200 : 4096)
    if (kept !== '') result[key] = kept.replaceAll('\0', '')
  }
  return result
}

export function statusesOf(text: string | undefined): Status[] {
  const asked = (text ?? '').split(',')
  return STATUSES.filter((status) => asked.includes(status))
}

export function filtersOf(search: ListSearch): CheckFilters {
  const { status, q, ...rest } = search
  const statuses = statusesOf(status)
  return { ...rest, q: q?.trim() || undefined, status: statuses.length > 0 ? statuses : undefined }
}

/** The search with some of it changed; undefined takes a filter away. */
export function withChange(search: ListSearch, change: { [K in keyof ListSearch]: string | undefined }): ListSearch {
  return listSearch({ ...search, ...change })
}

export interface IncidentSearch {
  state?: 'resolved' | 'all' | Incident['state']
  severity?: Severity
  check?: string
}

const STATES = ['open', 'acknowledged', 'resolved', 'all'] as const
const SEVERITIES = ['critical', 'warning', 'info'] as const

export function incidentSearch(search: Record<string, unknown>): IncidentSearch {
  const state = STATES.find((known) => known === search.state)
  const severity = SEVERITIES.find((known) => known === search.severity)
  const check = typeof search.check === 'string' && search.check !== '' ? search.check : undefined
  return { ...(state && { state }), ...(severity && { severity }), ...(check !== undefined && { check }) }
}

export function incidentFiltersOf({ state, severity, check }: IncidentSearch): IncidentFilters {
  const states: Incident['state'][] | undefined =
    state === undefined ? ['open', 'acknowledged'] : state === 'all' ? undefined : [state]
  return { state: states, severity: severity && [severity], check }
}

export function checkSearch(search: Record<string, unknown>): { id: string } {
  return { id: typeof search.id === 'string' ? search.id : '' }
}

/** In addresses, values are plain texts: no JSON. What may be there several times is a list. */
export function parseSearch(text: string): Record<string, string | string[]> {
  const parameters = new URLSearchParams(text)
  const lose = parameters.getAll('lose')
  return { ...Object.fromEntries(parameters), ...(lose.length > 0 && { lose }) }
}

export function stringifySearch(search: Record<string, unknown>): string {
  const parameters = new URLSearchParams()
  for (const [key, given] of Object.entries(search))
    for (const value of Array.isArray(given) ? given : [given])
      if (typeof value === 'string' && value !== '') parameters.append(key, value)
  // these may stand in a query as they are (RFC 3986, 3.4), which reads better
  const query = parameters.toString().replaceAll('%2C', ',').replaceAll('%2F', '/').replaceAll('%3A', ':')
  return query === '' ? '' : `?${query}`
}
