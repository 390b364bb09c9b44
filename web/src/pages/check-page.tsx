import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiError, api, type Check } from '../api/client.ts'
import { useCheck, useHistory, useIncidents, usePings, usePoints } from '../api/queries.ts'
import { BackLink } from '../components/back-link.tsx'
import { StatusBadge } from '../components/badges.tsx'
import { CheckFacts, Deadline } from '../components/check-facts.tsx'
import { PingList, PointTable, StatusHistory } from '../components/check-history.tsx'
import { IncidentTable } from '../components/incident-table.tsx'
import { PauseDialog } from '../components/pause-dialog.tsx'
import { PointChart } from '../components/point-chart.tsx'
import { Loading, Trouble } from '../components/trouble.tsx'
import { useAction } from '../components/use-action.ts'
import { Button } from '../ui/button.tsx'
import { Empty, Notice } from '../ui/notice.tsx'
import { Card, Heading } from '../ui/page.tsx'
import { Outside } from '../ui/text.tsx'
import { Ago, Exact, Lasting, Sentence } from '../ui/time.tsx'

const route = getRouteApi('/check')

export function CheckPage() {
  const { id } = route.useSearch()
  const check = useCheck(id)
  if (check.data) return <Loaded key={id} check={check.data} />
  return (
    <>
      <BackLink />
      <Heading title="Check" />
      {check.error instanceof ApiError && (check.error.status === 404 || check.error.status === 400) ? (
        <Empty title="There is no such check">
          <p>
            Its source may have been taken out of the configuration, or its name changed. Looked for:{' '}
            <Outside>{id || 'nothing'}</Outside>
          </p>
        </Empty>
      ) : check.error ? (
        <Trouble error={check.error} what="This check" />
      ) : (
        <Loading what="the check" />
      )}
    </>
  )
}

function Loaded({ check }: { check: Check }) {
  const points = usePoints(check.id)
  const history = useHistory(check.id)
  const pings = usePings(check.id)
  const incidents = useIncidents({ check: check.id })
  const all = incidents.data?.pages[0]?.items ?? []
  const unresolved = all.filter((incident) => incident.state !== 'resolved')
  const resolved = all.filter((incident) => incident.state === 'resolved')
  // together, or what one reads would be pushed down by what comes above it
  const isReady = [points, history, pings, incidents].every(({ isPending }) => !isPending)
  return (
    <div className="space-y-4">
      <BackLink />
      <Top check={check} />
      {isReady ? (
        <div className="grid gap-4 lg:grid-cols-3 lg:grid-rows-[auto_1fr]">
          <div className="min-w-0 space-y-4 lg:col-span-2">
            {unresolved.length > 0 && (
              <Card title="Unresolved incidents" flush>
                <IncidentTable incidents={unresolved} withSubject={false} />
              </Card>
            )}
            {points.data && points.data.items.length > 0 && <PointChart check={check} points={points.data.items} />}
            {points.data?.items.length === 0 && <NoPoints check={check} />}
            {points.error && !points.data && <Trouble error={points.error} what="The recovery points" />}
          </div>
          <div className="min-w-0 lg:col-start-3 lg:row-span-2 lg:row-start-1">
            <CheckFacts check={check} />
          </div>
          <div className="min-w-0 space-y-4 lg:col-span-2">
            {pings.data && pings.data.items.length > 0 && <PingList pings={pings.data.items} />}
            {resolved.length > 0 && (
              <Card title="Resolved incidents" flush>
                <IncidentTable incidents={resolved} withSubject={false} />
              </Card>
            )}
            {history.data && history.data.items.length > 0 && <StatusHistory changes={history.data.items} />}
            {points.data && points.data.items.length > 0 && (
              <PointTable points={points.data.items} truncated={points.data.truncated} />
            )}
          </div>
        </div>
      ) : (
        <Loading what="its recovery points" />
      )}
    </div>
  )
}

function Top({ check }: { check: Check }) {
  const [pausing, setPausing] = useState(false)
  const look = useAction(
    () => api.lookAtCheck(check.id),
    ({ requested }) =>
      requested === 0 ? 'This job reports by itself: there is nothing to look at.' : 'It will be looked at now.',
  )
  const resume = useAction(
    () => api.resume(check.id),
    () => 'It is judged again.',
  )
  const isPaused = check.paused !== null
  return (
    <header className="space-y-3">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-72">
          <Heading title={check.resource.name} />
          {check.resource.id !== check.resource.name && (
            <p className="font-mono text-xs text-muted">
              <Outside>{check.resource.id}</Outside>
            </p>
          )}
        </div>
        <div className="flex flex-wrap gap-2">
          {check.retired_at === null && (
            <>
              {check.type !== 'heartbeat' && (
                <Button busy={look.isPending} onClick={() => look.mutate(undefined)}>
                  Look now
                </Button>
              )}
              {isPaused ? (
                <Button kind="main" busy={resume.isPending} onClick={() => resume.mutate(undefined)}>
                  Resume
                </Button>
              ) : (
                <Button onClick={() => setPausing(true)}>Pause …</Button>
              )}
            </>
          )}
        </div>
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        <StatusBadge status={check.status} />
        <span className="text-muted">
          <Lasting since={check.since} />
        </span>
        <Deadline check={check} />
      </div>
      <p>
        <Sentence>{check.reason}</Sentence>
      </p>
      <Remarks check={check} />
      {pausing && <PauseDialog check={check} onClose={() => setPausing(false)} />}
    </header>
  )
}

function Remarks({ check }: { check: Check }) {
  return (
    <div className="space-y-2">
      {check.retired_at !== null && (
        <Notice tone="paused" title="It is gone">
          It was seen to be gone <Ago at={check.retired_at} />. It is judged no more; this is what was known.
        </Notice>
      )}
      {check.paused && (
        <Notice tone="paused" icon="paused" title="Paused">
          Until <Exact at={check.paused.until} /> by <Outside>{check.paused.by}</Outside>
          {check.paused.reason && (
            <>
              : <Outside>{check.paused.reason}</Outside>
            </>
          )}
        </Notice>
      )}
      {check.fault && (
        <Notice tone="error" icon="error" title="The last look could not see it">
          <p>
            <Outside>{check.fault.message}</Outside>
          </p>
          {check.fault.advice && (
            <p className="mt-1 font-medium">
              <Outside>{check.fault.advice}</Outside>
            </p>
          )}
        </Notice>
      )}
      {check.newest_failure && check.status === 'failed' && (
        <Notice tone="missing" icon="failed" title="The newest job failed">
          <Exact at={check.newest_failure.at} />: <Outside>{check.newest_failure.reason}</Outside>
        </Notice>
      )}
      {check.running_since && (
        <Notice icon="due" title="A job is running">
          It began <Ago at={check.running_since} />.
        </Notice>
      )}
    </div>
  )
}

function NoPoints({ check }: { check: Check }) {
  const [title, words] = wordsForNoPoints(check)
  return (
    <Card title="Recovery points">
      <Empty title={title}>
        <p>
          {words}{' '}
          <Link to="/sources" className="text-accent underline underline-offset-2">
            How the looks at its source went
          </Link>
        </p>
      </Empty>
    </Card>
  )
}

function wordsForNoPoints(check: Check): [title: string, words: string] {
  if (check.last_recovery_point_at !== null)
    return ['No points are listed', 'Only when the newest one was made is known.']
  if (check.fault) return ['Nobody knows', 'It could not be read yet: there may be recovery points, or none.']
  return [
    'There is nothing to restore from',
    'Look at what should make this backup, and whether it writes where the source reads.',
  ]
}
