import { getRouteApi, Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { StatusSummary } from '../api/client.ts'
import { useChecks, useSources, useSummary } from '../api/queries.ts'
import { rememberList } from '../components/back-link.tsx'
import { CheckFilters } from '../components/check-filters.tsx'
import { CheckTable } from '../components/check-table.tsx'
import { ComplianceCard } from '../components/compliance-card.tsx'
import { More } from '../components/more.tsx'
import { filtersOf, withChange } from '../components/search.ts'
import { SummaryCards } from '../components/summary-cards.tsx'
import { Loading, Trouble } from '../components/trouble.tsx'
import { TROUBLES } from '../components/words.ts'
import { Code, Empty } from '../ui/notice.tsx'
import { Card, Heading } from '../ui/page.tsx'
import { plural } from '../ui/text.tsx'

const route = getRouteApi('/')

export function ChecksPage() {
  const search = route.useSearch()
  useEffect(() => rememberList(search), [search])
  const { status: _, ...filters } = filtersOf(search)
  // the cards count what the other filters leave: choosing one must not empty the others
  const summary = useSummary(filters)
  const checks = useChecks(filtersOf(search))
  const items = checks.data?.pages.flatMap((page) => page.items) ?? []
  const isFiltered = Object.keys(search).length > 0
  return (
    <div className="space-y-4">
      <div>
        <Heading title="Checks">
          {headline(
            summary.data?.summary,
            Object.keys(search).some((key) => key !== 'status'),
          )}
        </Heading>
        <p role="status" className="sr-only">
          {summary.data && headline(summary.data.summary, isFiltered)}
        </p>
      </div>
      {(isFiltered || summary.data?.summary.total !== 0) && (
        <SummaryCards summary={summary.data?.summary} search={search} />
      )}
      <ComplianceCard />
      {(isFiltered || (summary.data?.summary.total ?? 0) > 0) && (
        <CheckFilters search={search} facets={summary.data?.facets} />
      )}
      {checks.error && !checks.data && <Trouble error={checks.error} what="The checks" />}
      {checks.isPending && <Loading what="checks" />}
      {checks.data && (
        <>
          <Card flush>
            {items.length > 0 ? <CheckTable checks={items} /> : isFiltered ? <NothingMatches /> : <NothingYet />}
            <More query={checks} what="checks" />
          </Card>
          <p className="text-xs text-muted" role="status">
            {items.length > 0 &&
              `${plural(items.length, 'check')} shown${checks.hasNextPage ? ', there are more' : ''}, the worst first.`}
          </p>
        </>
      )}
    </div>
  )
}

/** The answer to the question that one opens this page with. */
function headline(summary: StatusSummary | undefined, isFiltered: boolean): string {
  if (!summary) return 'Checks'
  const bad = TROUBLES.reduce((sum, status) => sum + summary[status], 0)
  const checks = `${plural(summary.total, 'check')}${isFiltered ? ' found' : ''}`
  if (summary.total === 0) return isFiltered ? 'No check found' : 'No checks yet'
  if (bad > 0) return `${bad.toLocaleString('en')} of ${checks} ${bad === 1 ? 'needs' : 'need'} attention`
  return summary.paused > 0 ? `Nothing wrong: ${checks}, ${summary.paused} of them paused` : `All is well: ${checks}`
}

function NothingMatches() {
  const search = route.useSearch()
  return (
    <Empty title="No check matches these filters">
      {search.status !== undefined && (
        <>
          <Link
            to="/"
            search={withChange(search, { status: undefined })}
            className="text-accent underline underline-offset-2"
          >
            Show every status
          </Link>
          {' or '}
        </>
      )}
      <Link to="/" className="text-accent underline underline-offset-2">
        clear all filters
      </Link>
      .
    </Empty>
  )
}

const EXAMPLE = `sources:
  fleet:
    type: restic
    url: "/srv/backups/{{ .Name }}"
    password: \${env:RESTIC_PASSWORD}
    repositories:
      web-server: { max_age: 1d }`

function NothingYet() {
  const sources = useSources()
  if (sources.data && sources.data.items.length > 0)
    return (
      <Empty title="Nothing was found yet">
        The sources are being looked at for the first time, or have nothing to show.{' '}
        <Link to="/sources" className="text-accent underline underline-offset-2">
          See how the looks went
        </Link>
        .
      </Empty>
    )
  return (
    <Empty title="Nothing is watched yet">
      <p>
        Add a source to <code className="font-mono">backproof.yaml</code>, which is read again as soon as it is saved,
        or under{' '}
        <Link to="/settings" className="text-accent underline underline-offset-2">
          Settings
        </Link>
        . <code className="font-mono">backproof init</code> finds what is on this machine and writes a first one.
      </p>
      <Code>{EXAMPLE}</Code>
    </Empty>
  )
}
