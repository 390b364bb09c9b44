import type { DrillFilters } from '../api/drills.ts'

/** What the address of the page about drills holds. */
export interface DrillSearch {
  service?: string
  /** "all": also those that were withdrawn or replaced. */
  show?: 'all'
  /** The form stands open. */
  record?: 'yes'
}

/** An address comes from anywhere: what is no filter is dropped. */
export function drillSearch(search: Record<string, unknown>): DrillSearch {
  const service = typeof search.service === 'string' ? search.service.slice(0, 4096).replaceAll('\0', '') : ''
  return {
    ...(service !== '' && { service }),
    ...(search.show === 'all' && { show: 'all' as const }),
    ...(search.record === 'yes' && { record: 'yes' as const }),
  }
}

export function drillFiltersOf({ service, show }: DrillSearch): DrillFilters {
  return { service, ...(show === 'all' && { ended: true }) }
}
