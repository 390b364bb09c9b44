import { Link } from '@tanstack/react-router'
import type { Status, StatusSummary } from '../api/client.ts'
import { Icon } from '../ui/icon.tsx'
import { STATUS_COLOURS } from './badges.tsx'
import { type ListSearch, statusesOf, withChange } from './search.ts'
import { STATUS } from './words.ts'

const ORDER: readonly Status[] = ['ok', 'stale', 'missing', 'failed', 'error', 'due', 'paused']

/** How many checks have each status. Each card leads to these checks; the one that is chosen leads back to all. */
export function SummaryCards({ summary, search }: { summary: StatusSummary | undefined; search: ListSearch }) {
  const chosen = statusesOf(search.status)
  return (
    <nav aria-label="Checks by status">
      <ul className="grid grid-cols-4 gap-2 lg:grid-cols-8">
        <li>
          <CardLink
            search={withChange(search, { status: undefined })}
            active={chosen.length === 0}
            count={summary?.total}
            label="Total"
          />
        </li>
        {ORDER.map((status) => {
          const active = chosen.length === 1 && chosen[0] === status
          return (
            <li key={status}>
              <CardLink
                search={withChange(search, { status: active ? undefined : status })}
                active={chosen.includes(status)}
                count={summary?.[status]}
                label={STATUS[status].label}
                status={status}
              />
            </li>
          )
        })}
      </ul>
    </nav>
  )
}

function CardLink({
  search,
  active,
  count,
  label,
  status,
}: {
  search: ListSearch
  active: boolean
  count: number | undefined
  label: string
  status?: Status
}) {
  const colours = status && count ? STATUS_COLOURS[status] : null
  return (
    <Link
      to="/"
      search={search}
      activeOptions={{ exact: true }}
      resetScroll={false}
      aria-current={active ? 'true' : undefined}
      title={status && STATUS[status].means}
      className={`flex h-full flex-col rounded-xl border bg-surface px-2.5 py-2 hover:bg-raised sm:px-3.5 ${active ? 'border-accent ring-1 ring-accent' : 'border-line'}`}
    >
      <span className={`flex items-center gap-1.5 text-xs font-medium sm:text-sm ${colours?.text ?? 'text-muted'}`}>
        <Icon name={status ?? 'all'} className="size-3.5" />
        {label}
      </span>
      <span
        className={`text-xl font-semibold tabular-nums sm:text-2xl ${colours?.text ?? (count ? 'text-text' : 'text-muted')}`}
      >
        {count === undefined ? '–' : count.toLocaleString('en')}
      </span>
    </Link>
  )
}
