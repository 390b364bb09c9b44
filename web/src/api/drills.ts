import { useInfiniteQuery } from '@tanstack/react-query'
import { client, told } from './client.ts'
import type { components, paths } from './generated.ts'
import { pages } from './queries.ts'

/** What the page about drills asks: apart, since the first load does not bring it. */

export type Drill = components['schemas']['Drill']
export type DrillBody = paths['/api/v1/drills']['post']['requestBody']['content']['application/json']

export interface DrillFilters {
  service?: string | undefined
  ended?: boolean | undefined
}

const drills = (filters: DrillFilters) =>
  pages(['drills', filters], (page, signal) =>
    told(client.GET('/api/v1/drills', { params: { query: { ...filters, ...page } }, signal })),
  )
export const useDrills = (filters: DrillFilters) => useInfiniteQuery(drills(filters))

export const recordDrill = (body: DrillBody) => told(client.POST('/api/v1/drills', { body }))

export const withdrawDrill = (id: string, reason: string) =>
  told(client.POST('/api/v1/drills/{id}/withdraw', { params: { path: { id } }, body: { reason } }))
