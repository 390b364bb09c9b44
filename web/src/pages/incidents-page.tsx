import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useIncidents, useSummary } from '../api/queries.ts'
import { IncidentTable } from '../components/incident-table.tsx'
import { More } from '../components/more.tsx'
import { type IncidentSearch, incidentFiltersOf, incidentSearch } from '../components/search.ts'
import { Loading, Trouble } from '../components/trouble.tsx'
import { Select } from '../ui/field.tsx'
import { Empty } from '../ui/notice.tsx'
import { Card, Heading } from '../ui/page.tsx'
import { Outside, plural } from '../ui/text.tsx'

const route = getRouteApi('/incidents')

const STATES = [
  { value: 'open', label: 'Open' },
  { value: 'acknowledged', label: 'Acknowledged' },
  { value: 'resolved', label: 'Resolved' },
  { value: 'all', label: 'All' },
]
const SEVERITIES = [
  { value: 'critical', label: 'Critical' },
  { value: 'warning', label: 'Warning' },
  { value: 'info', label: 'Info' },
]

export function IncidentsPage() {
  const search = route.useSearch()
  const navigate = useNavigate({ from: '/incidents' })
  const summary = useSummary()
  const incidents = useIncidents(incidentFiltersOf(search))
  const items = incidents.data?.pages.flatMap((page) => page.items) ?? []
  const set = (change: { [K in keyof IncidentSearch]: string }) =>
    void navigate({ search: incidentSearch({ ...search, ...change }), resetScroll: false })
  const counts = summary.data?.incidents
  return (
    <div className="space-y-4">
      <Heading title="Incidents">
        {!counts
          ? 'Incidents'
          : counts.open + counts.acknowledged === 0
            ? 'No open incidents'
            : `${plural(counts.open, 'open incident')}${counts.acknowledged > 0 ? `, ${counts.acknowledged} acknowledged` : ''}`}
      </Heading>
      <search aria-label="Incidents" className="grid grid-cols-2 gap-3 sm:max-w-md">
        <Select
          label="State"
          all="Unresolved"
          value={search.state ?? ''}
          options={STATES}
          onChange={(state) => set({ state })}
        />
        <Select
          label="Severity"
          all="All"
          value={search.severity ?? ''}
          options={SEVERITIES}
          onChange={(severity) => set({ severity })}
        />
      </search>
      {search.check !== undefined && (
        <p className="text-sm">
          Of the check <Outside className="font-medium">{search.check}</Outside> only.{' '}
          <button type="button" className="text-accent underline underline-offset-2" onClick={() => set({ check: '' })}>
            Show those of all checks
          </button>
        </p>
      )}
      {incidents.error && !incidents.data && <Trouble error={incidents.error} what="The incidents" />}
      {incidents.isPending && <Loading what="incidents" />}
      {incidents.data && (
        <Card flush>
          {items.length > 0 ? (
            <IncidentTable incidents={items} />
          ) : (
            <None search={search} watched={summary.data?.summary.total ?? null} />
          )}
          <More query={incidents} what="incidents" />
        </Card>
      )}
    </div>
  )
}

function None({ search, watched }: { search: IncidentSearch; watched: number | null }) {
  const link = 'text-accent underline underline-offset-2'
  if (Object.keys(search).length > 0)
    return (
      <Empty title="No incident matches">
        <Link to="/incidents" className={link}>
          Show all that are unresolved
        </Link>
      </Empty>
    )
  if (watched === 0)
    return (
      <Empty title="Nothing is watched yet">
        <p>
          So that no incident is open says nothing.{' '}
          <Link to="/" className={link}>
            What to do first
          </Link>
        </p>
      </Empty>
    )
  return (
    <Empty title="No incident is open">
      <p>
        Nobody has to do anything now.{' '}
        <Link to="/incidents" search={{ state: 'resolved' }} className={link}>
          See those that are resolved
        </Link>
        , or{' '}
        <Link to="/channels" className={link}>
          test that you would hear of the next one
        </Link>
        .
      </p>
    </Empty>
  )
}
