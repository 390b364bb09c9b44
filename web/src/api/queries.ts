import {
  infiniteQueryOptions,
  keepPreviousData,
  QueryClient,
  queryOptions,
  useInfiniteQuery,
  useQuery,
} from '@tanstack/react-query'
import { heardServerTime } from '../clock.ts'
import { ApiError, api, type CheckFilters, type IncidentFilters, type PageQuery, type SettingKind } from './client.ts'

export const POLL_MS = 15_000

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // the server may be on this machine: whether the browser believes to be online says nothing
      networkMode: 'always',
      refetchOnReconnect: true,
      refetchInterval: POLL_MS,
      staleTime: 5000,
      retry: (count, error) => count < 1 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
      retryDelay: 1000,
    },
    mutations: { networkMode: 'always', retry: false },
  },
})

// A session can end at any time: then whoever asks learns it, and the page asks for the password.
queryClient.getQueryCache().subscribe(({ type, query }) => {
  if (type !== 'updated' || query.queryKey[0] === 'session') return
  if (query.state.error instanceof ApiError && query.state.error.status === 401)
    void queryClient.invalidateQueries({ queryKey: ['session'] })
})

const session = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => api.session(signal),
  refetchInterval: (query) => (query.state.data && !query.state.error ? 10 * 60_000 : POLL_MS),
})

const summary = (filters: CheckFilters) =>
  queryOptions({
    queryKey: ['summary', filters],
    queryFn: async ({ signal }) => {
      const answer = await api.summary(filters, signal)
      heardServerTime(answer.generated_at)
      return answer
    },
  })

export const useSession = () => useQuery(session)
export const useSummary = (filters: CheckFilters = {}) =>
  useQuery({ ...summary(filters), placeholderData: keepPreviousData })

const PAGE = 50

/**
 * A list, page after page. The more of them are shown, the more seldom all of them are read again: the server is asked
 * once per interval on average.
 */
export const pages = <Page extends { next_cursor: string | null }>(
  queryKey: readonly unknown[],
  read: (page: PageQuery, signal: AbortSignal) => Promise<Page>,
) =>
  infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam: cursor, signal }) => read({ limit: PAGE, ...(cursor !== null && { cursor }) }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: (query) => POLL_MS * Math.max(1, query.state.data?.pages.length ?? 1),
    placeholderData: keepPreviousData,
  })

const checks = (filters: CheckFilters) =>
  pages(['checks', filters], (page, signal) => api.checks(filters, page, signal))
const incidents = (filters: IncidentFilters) =>
  pages(['incidents', filters], (page, signal) => api.incidents(filters, page, signal))
export const useChecks = (filters: CheckFilters) => useInfiniteQuery(checks(filters))
export const useIncidents = (filters: IncidentFilters) => useInfiniteQuery(incidents(filters))

/**
 * Asks before the page is here that will show it, and waits for no answer but the first: who asks. Whoever must log in
 * first is told nothing else.
 */
export async function askAhead(ask: () => Promise<void>): Promise<void> {
  const known = await queryClient.ensureQueryData(session).catch(() => null)
  if (known?.logged_in) void ask()
}
export const askForChecks = (filters: CheckFilters) =>
  askAhead(() => queryClient.prefetchInfiniteQuery(checks(filters)))
export const askForIncidents = (filters: IncidentFilters) =>
  askAhead(() => queryClient.prefetchInfiniteQuery(incidents(filters)))
export const askForSummary = () => askAhead(() => queryClient.prefetchQuery(summary({})))

export const useCheck = (id: string) =>
  useQuery({ queryKey: ['check', id], queryFn: ({ signal }) => api.check(id, signal) })
export const usePoints = (id: string) =>
  useQuery({
    queryKey: ['check', id, 'points'],
    queryFn: ({ signal }) => api.points(id, signal),
    // up to a thousand of them, and they come by the hour
    refetchInterval: 4 * POLL_MS,
  })
export const useHistory = (id: string) =>
  useQuery({ queryKey: ['check', id, 'history'], queryFn: ({ signal }) => api.history(id, signal) })
export const usePings = (id: string) =>
  useQuery({ queryKey: ['check', id, 'pings'], queryFn: ({ signal }) => api.pings(id, signal) })
export const useIncident = (id: string) =>
  useQuery({ queryKey: ['incident', id], queryFn: ({ signal }) => api.incident(id, signal) })
export const useCompliance = () =>
  useQuery({ queryKey: ['compliance'], queryFn: ({ signal }) => api.compliance(signal) })
export const useSources = () => useQuery({ queryKey: ['sources'], queryFn: ({ signal }) => api.sources(signal) })
export const useCosts = () =>
  useQuery({
    queryKey: ['costs'],
    queryFn: ({ signal }) => api.costs(signal),
    // only a look changes them
    refetchInterval: 4 * POLL_MS,
  })
export const useChannels = () => useQuery({ queryKey: ['channels'], queryFn: ({ signal }) => api.channels(signal) })
export const useSettings = () => useQuery({ queryKey: ['settings'], queryFn: ({ signal }) => api.settings(signal) })
/** What the server makes of a setting that is being written; it may hold a secret, so nothing of it is kept. */
export const useSettingCheck = (setting: { kind: SettingKind; name: string; yaml: string }) =>
  useQuery({
    queryKey: ['setting-check', setting],
    queryFn: ({ signal }) => api.saveSetting(setting, { only: 'try', signal }),
    enabled: setting.name !== '' && setting.yaml.trim() !== '',
    refetchInterval: false,
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
export const useDeliveries = (channel: string, enabled: boolean) =>
  useQuery({
    queryKey: ['deliveries', channel],
    queryFn: ({ signal }) => api.deliveries(channel, signal),
    enabled,
  })
