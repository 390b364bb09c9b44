import type { UseQueryResult } from '@tanstack/react-query'
import { ApiError, type Summary } from '../api/client.ts'
import { POLL_MS } from '../api/queries.ts'
import { useNow } from '../clock.ts'
import { Notice } from '../ui/notice.tsx'
import { clockTime, duration, short } from '../ui/time.tsx'

/** Two polls missed, and some patience. */
const OLD_AFTER_MS = 2.5 * POLL_MS
const DAY_MS = 86_400_000

export type Connection = 'fresh' | 'old' | 'unreachable'

/** Whether what is shown can be believed. Counted by the browser's own clock: the server's can't be asked. */
export function useConnection(summary: UseQueryResult<Summary>): Connection {
  const { dataUpdatedAt, error } = summary
  const isOld = useNow(() => dataUpdatedAt > 0 && Date.now() - dataUpdatedAt > OLD_AFTER_MS)
  if (error && !(error instanceof ApiError && error.status === 401)) return 'unreachable'
  return isOld ? 'old' : 'fresh'
}

/** Numbers that may be old never stand alone. Is in the page from the start, so that it is read out when it comes. */
export function ConnectionBanner({
  connection,
  summary,
}: {
  connection: Connection
  summary: UseQueryResult<Summary>
}) {
  const { dataUpdatedAt, error } = summary
  const age = useNow(() => (connection === 'fresh' ? '' : duration(Date.now() - dataUpdatedAt)))
  const since = Date.now() - dataUpdatedAt > DAY_MS ? short(dataUpdatedAt) : clockTime(dataUpdatedAt)
  return (
    <div role="alert" className="not-empty:mb-3">
      {connection === 'unreachable' && (
        <Notice
          tone="missing"
          icon="unreachable"
          title={dataUpdatedAt === 0 ? 'Backproof does not answer' : `No answer since ${since} (${age} ago)`}
        >
          {dataUpdatedAt > 0 && 'What stands here is from then, and may be wrong now. '}
          {error?.message} It is asked again every {POLL_MS / 1000} seconds.
        </Notice>
      )}
      {connection === 'old' && (
        <Notice tone="due" icon="due" title={`What stands here is from ${since} (${age} ago)`}>
          Asking again …
        </Notice>
      )}
    </div>
  )
}

const PARTS = [
  ['database', 'Database'],
  ['scheduler', 'Scheduler'],
  ['configuration', 'Configuration'],
] as const

/** Somebody watches the watcher: an instance that is not well says so above everything that it tells. */
export function HealthBanner({ health }: { health: Summary['health'] | undefined }) {
  const troubles = PARTS.flatMap(([key, name]) => (health?.[key] ? [{ name, words: health[key] }] : []))
  return (
    <div role="status" className="not-empty:mb-3">
      {troubles.length > 0 && (
        <Notice tone="stale" icon="stale" title="Backproof itself is not well: what stands here may be incomplete">
          <ul>
            {troubles.map(({ name, words }) => (
              <li key={name}>
                {name}: {words}
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </div>
  )
}
