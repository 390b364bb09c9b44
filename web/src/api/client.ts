import createClient from 'openapi-fetch'
import type { components, paths } from './generated.ts'

type Schemas = components['schemas']
export type Check = Schemas['Check']
export type Status = Schemas['Status']
export type StatusSummary = Schemas['StatusSummary']
export type Severity = Schemas['Severity']
export type RecoveryPoint = Schemas['RecoveryPoint']
export type StatusChange = Schemas['StatusChange']
export type Ping = Schemas['Ping']
export type Incident = Schemas['Incident']
export type IncidentDetail = Schemas['IncidentDetail']
export type IncidentEvent = Schemas['IncidentEvent']
export type Delivery = Schemas['Delivery']
export type Source = Schemas['Source']
export type Scope = Schemas['Scope']
export type Costs = Schemas['Costs']
export type Channel = Schemas['Channel']
export type Summary = Schemas['Summary']
export type Setting = Schemas['Setting']
export type SettingKind = Setting['kind']
/** One mistake, with its place in what was sent. */
export type Mistake = Setting['problems'][number]

/** What went wrong, in words for people. status 0: there was no answer. */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly status: number
  /** Each mistake by itself, where the server told them apart. */
  readonly mistakes: readonly Mistake[]

  constructor(status: number, message: string, mistakes: readonly Mistake[] = []) {
    super(message)
    this.status = status
    this.mistakes = mistakes
  }
}

/** An answer that takes longer than this is none: the page then says so, instead of showing old numbers in silence. */
const TIMEOUT_MS = 15_000

export const client = createClient<paths>({
  async fetch(request) {
    try {
      return await fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]) })
    } catch (error) {
      if (request.signal.aborted) throw error
      throw new ApiError(0, 'Backproof does not answer. Is it running, and is the way to it open?')
    }
  },
})

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The data of an answer; throws ApiError with what the server says went wrong. */
export async function told<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer.catch((reason: unknown) => {
    // a proxy that answers with a page of its own
    throw reason instanceof SyntaxError ? new ApiError(0, 'Something else than Backproof answered.') : reason
  })
  if (response.ok && typeof data === 'object' && data !== null) return data
  throw new ApiError(response.ok ? 0 : response.status, detailOf(error, response), mistakesOf(error))
}

function mistakesOf(error: unknown): Mistake[] {
  const given = typeof error === 'object' && error !== null && 'errors' in error ? error.errors : null
  return Array.isArray(given) ? given.filter(isMistake) : []
}

function isMistake(given: unknown): given is Mistake {
  return typeof given === 'object' && given !== null && 'message' in given && typeof given.message === 'string'
}

function detailOf(error: unknown, response: Response): string {
  if (typeof error === 'object' && error !== null && 'detail' in error && typeof error.detail === 'string')
    return error.detail
  return response.ok ? 'Something else than Backproof answered.' : `The server answered ${response.status}.`
}

export interface CheckFilters {
  source?: string | undefined
  account?: string | undefined
  type?: string | undefined
  owner?: string | undefined
  q?: string | undefined
  status?: Status[] | undefined
}

export interface IncidentFilters {
  state?: Incident['state'][] | undefined
  severity?: Severity[] | undefined
  check?: string | undefined
  service?: string | undefined
}

/** Which part of a list is asked for. */
export interface PageQuery {
  limit: number
  cursor?: string
}

const body = {}

/** All that can be asked of the API; each throws ApiError. */
export const api = {
  session: (signal?: AbortSignal) => told(client.GET('/api/v1/session', { signal })),
  login: (password: string) => told(client.POST('/api/v1/session', { body: { password } })),
  logout: () => told(client.DELETE('/api/v1/session')),

  summary: (filters: CheckFilters, signal?: AbortSignal) =>
    told(client.GET('/api/v1/summary', { params: { query: filters }, signal })),
  checks: (filters: CheckFilters, page: PageQuery, signal?: AbortSignal) =>
    told(client.GET('/api/v1/checks', { params: { query: { ...filters, ...page } }, signal })),
  check: (id: string, signal?: AbortSignal) =>
    told(client.GET('/api/v1/checks/{id}', { params: { path: { id } }, signal })),
  points: (id: string, signal?: AbortSignal) =>
    told(
      client.GET('/api/v1/checks/{id}/recovery-points', { params: { path: { id }, query: { limit: 1000 } }, signal }),
    ),
  history: (id: string, signal?: AbortSignal) =>
    told(client.GET('/api/v1/checks/{id}/history', { params: { path: { id }, query: { limit: 50 } }, signal })),
  pings: (id: string, signal?: AbortSignal) =>
    told(client.GET('/api/v1/checks/{id}/pings', { params: { path: { id }, query: { limit: 50 } }, signal })),
  lookAtCheck: (id: string) => told(client.POST('/api/v1/checks/{id}/look', { params: { path: { id } }, body })),
  pause: (id: string, forSeconds: number, reason: string | null) =>
    told(
      client.POST('/api/v1/checks/{id}/pause', {
        params: { path: { id } },
        body: { for_seconds: forSeconds, reason },
      }),
    ),
  resume: (id: string) => told(client.POST('/api/v1/checks/{id}/resume', { params: { path: { id } }, body })),

  incidents: (filters: IncidentFilters, page: PageQuery, signal?: AbortSignal) =>
    told(client.GET('/api/v1/incidents', { params: { query: { ...filters, ...page } }, signal })),
  incident: (id: string, signal?: AbortSignal) =>
    told(client.GET('/api/v1/incidents/{id}', { params: { path: { id } }, signal })),
  acknowledge: (id: string, note: string | null) =>
    told(client.POST('/api/v1/incidents/{id}/acknowledge', { params: { path: { id } }, body: { note } })),
  resolve: (id: string, note: string | null) =>
    told(client.POST('/api/v1/incidents/{id}/resolve', { params: { path: { id } }, body: { note } })),

  compliance: (signal?: AbortSignal) => told(client.GET('/api/v1/compliance', { signal })),
  sources: (signal?: AbortSignal) => told(client.GET('/api/v1/sources', { signal })),
  costs: (signal?: AbortSignal) => told(client.GET('/api/v1/costs', { signal })),
  lookAtSource: (name: string) =>
    told(client.POST('/api/v1/sources/{name}/look', { params: { path: { name } }, body })),

  channels: (signal?: AbortSignal) => told(client.GET('/api/v1/channels', { signal })),
  deliveries: (channel: string, signal?: AbortSignal) =>
    told(client.GET('/api/v1/deliveries', { params: { query: { channel, limit: 20 } }, signal })),
  testChannel: (name: string) =>
    told(client.POST('/api/v1/channels/{name}/test', { params: { path: { name } }, body })),
  settings: (signal?: AbortSignal) => told(client.GET('/api/v1/settings', { signal })),
  /** try: it is only checked. */
  saveSetting: (
    { kind, name, yaml }: { kind: SettingKind; name: string; yaml: string },
    { only = 'save', signal }: { only?: 'try' | 'save'; signal?: AbortSignal } = {},
  ) =>
    told(
      client.PUT('/api/v1/settings/{kind}/{name}', {
        params: { path: { kind, name }, query: { dry_run: only === 'try' } },
        body: { yaml },
        signal,
      }),
    ),
  deleteSetting: ({ kind, name }: { kind: SettingKind; name: string }) =>
    told(client.DELETE('/api/v1/settings/{kind}/{name}', { params: { path: { kind, name } } })),
  retryDelivery: (id: string) => told(client.POST('/api/v1/deliveries/{id}/retry', { params: { path: { id } }, body })),
}
