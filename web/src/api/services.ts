import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { client, told } from './client.ts'
import type { components, paths } from './generated.ts'
import { askAhead, pages, queryClient } from './queries.ts'

/** What the pages about services ask: apart, since the first load does not bring it. */

type Schemas = components['schemas']
export type Service = Schemas['Service']
export type ServiceSummary = Schemas['ServiceSummary']
export type ServicePage = Schemas['ServicePage']
export type ServiceCopy = Schemas['ServiceCopy']
export type ServiceFinding = Schemas['ServiceFinding']
export type FailureDomain = Schemas['FailureDomain']
export type Simulation = Schemas['Simulation']
export type RankedLoss = Schemas['RankedLoss']
export type Runbook = Schemas['Runbook']

export interface ServiceFilters {
  q?: string | undefined
  owner?: string | undefined
  tier?: number | undefined
  outcome?: ServiceSummary['outcome'][] | undefined
}

type LossQuery = NonNullable<paths['/api/v1/losses']['get']['parameters']['query']>
export type LossKind = NonNullable<LossQuery['kind']>[number]
export type LossFilters = Pick<LossQuery, 'q' | 'kind'>

const services = (filters: ServiceFilters) =>
  pages(['services', filters], (page, signal) =>
    told(client.GET('/api/v1/services', { params: { query: { ...filters, ...page } }, signal })),
  )
export const useServices = (filters: ServiceFilters) => useInfiniteQuery(services(filters))
export const askForServices = (filters: ServiceFilters) =>
  askAhead(() => queryClient.prefetchInfiniteQuery(services(filters)))

export const useService = (name: string) =>
  useQuery({
    queryKey: ['service', name],
    queryFn: ({ signal }) => told(client.GET('/api/v1/services/{name}', { params: { path: { name } }, signal })),
    enabled: name !== '',
  })

export const useRunbook = (name: string, enabled: boolean) =>
  useQuery({
    queryKey: ['service', name, 'runbook'],
    queryFn: ({ signal }) =>
      told(
        client.GET('/api/v1/services/{name}/runbook', {
          params: { path: { name }, query: { format: 'json' } },
          signal,
        }),
      ),
    enabled,
  })

const losses = (filters: LossFilters) =>
  pages(['losses', filters], (page, signal) =>
    told(client.GET('/api/v1/losses', { params: { query: { ...filters, ...page } }, signal })),
  )
export const useLosses = (filters: LossFilters) => useInfiniteQuery(losses(filters))

export const useSimulation = (lose: string[]) =>
  useQuery({
    queryKey: ['simulation', lose],
    queryFn: ({ signal }) => told(client.GET('/api/v1/simulate', { params: { query: { lose } }, signal })),
    enabled: lose.length > 0,
    placeholderData: keepPreviousData,
  })
