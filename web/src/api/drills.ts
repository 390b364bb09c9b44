import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { client, PAGE, told } from './client.ts'
import type { components, paths } from './generated.ts'
import { perPage } from './queries.ts'

/** What the page about drills asks: apart, since the first load does not bring it. */

export type Drill = components['schemas']['Drill']
export type DrillBody = paths['/api/v1/drills']['post']['requestBody']['content']['application/json']

export interface DrillFilters {
  service?: string | undefined
  ended?: boolean | undefined
}

export const useDrills = (filters: DrillFilters) =>
  useInfiniteQuery({
    queryKey: ['drills', filters],
    queryFn: ({ pageParam: cursor, signal }) =>
      told(
        client.GET('/api/v1/drills', {
          params: { query: { ...filters, limit: PAGE, ...(cursor !== null && { cursor }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: (query) => perPage(query.state.data?.pages.length),
    placeholderData: keepPreviousData,
  })

export const recordDrill = (body: DrillBody) => told(client.POST('/api/v1/drills', { body }))

export const withdrawDrill = (id: string, reason: string) =>
  told(client.POST('/api/v1/drills/{id}/withdraw', { params: { path: { id } }, body: { reason } }))
