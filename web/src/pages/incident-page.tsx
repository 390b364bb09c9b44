import { getRouteApi, Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { ApiError, api, type IncidentDetail } from '../api/client.ts'
import { useIncident } from '../api/queries.ts'
import { BackLink } from '../components/back-link.tsx'
import { IncidentState, SeverityBadge, StatusBadge } from '../components/badges.tsx'
import { DeliveryList } from '../components/delivery-list.tsx'
import { NoteDialog } from '../components/note-dialog.tsx'
import { Loading, Trouble } from '../components/trouble.tsx'
import { byWhom, EVENT, INCIDENT, SUBJECT } from '../components/words.ts'
import { Button } from '../ui/button.tsx'
import { Empty, Notice } from '../ui/notice.tsx'
import { Card, Fact, Heading } from '../ui/page.tsx'
import { Outside } from '../ui/text.tsx'
import { Ago, duration, Exact, Sentence, took } from '../ui/time.tsx'

const route = getRouteApi('/incidents/$id')

export function IncidentPage() {
  const { id } = route.useParams()
  const incident = useIncident(id)
  if (incident.data) return <Loaded key={id} incident={incident.data} />
  return (
    <>
      <BackLink to="/incidents" />
      <Heading title="Incident" />
      {incident.error instanceof ApiError && incident.error.status === 404 ? (
        <Empty title="There is no such incident">
          Resolved incidents are removed once they are older than the history that is kept.
        </Empty>
      ) : incident.error ? (
        <Trouble error={incident.error} what="This incident" />
      ) : (
        <Loading what="the incident" />
      )}
    </>
  )
}

function Loaded({ incident }: { incident: IncidentDetail }) {
  const check = incident.current_check
  const name = check?.resource.name ?? incident.subject.name
  return (
    <div className="space-y-4">
      <BackLink to="/incidents" />
      <header className="space-y-3">
        <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <div className="min-w-0 flex-1 basis-72">
            <Heading title={`${INCIDENT[incident.type]}: ${name}`} />
          </div>
          <Actions incident={incident} />
        </div>
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5 text-sm">
          <SeverityBadge severity={incident.severity} />
          <IncidentState state={incident.state} />
          <Since incident={incident} />
        </div>
        <p>
          <Sentence>{incident.reason}</Sentence>
        </p>
        {incident.advice !== null && incident.state !== 'resolved' && (
          <Notice title="What to do">
            <Sentence>{incident.advice}</Sentence>
          </Notice>
        )}
      </header>
      <div className="grid gap-4 lg:grid-cols-3">
        <div className="min-w-0 space-y-4 lg:col-span-2">
          <Events incident={incident} />
          <Card title="Who was told" flush>
            {incident.deliveries.length > 0 ? (
              <DeliveryList deliveries={incident.deliveries} incident={incident.id} />
            ) : (
              <Empty title="No message was sent">
                No route matches this incident.{' '}
                <Link to="/channels" className="text-accent underline underline-offset-2">
                  See the channels
                </Link>
              </Empty>
            )}
          </Card>
        </div>
        <div className="order-first min-w-0 lg:order-none">
          {incident.check === null ? (
            <TheSubject incident={incident} />
          ) : (
            <TheCheck incident={incident} id={incident.check} />
          )}
        </div>
      </div>
    </div>
  )
}

function Since({ incident }: { incident: IncidentDetail }) {
  const lasted =
    incident.resolved_at === null ? null : duration(Date.parse(incident.resolved_at) - Date.parse(incident.opened_at))
  return (
    <span className="text-muted">
      Opened <Ago at={incident.opened_at} />
      {incident.detected_after_seconds !== null && `, ${took(incident.detected_after_seconds)} after the job ended`}
      {incident.acknowledged_at !== null && (
        <>
          , acknowledged <Ago at={incident.acknowledged_at} />
          {incident.acknowledged_by !== null && (
            <>
              {' '}
              by <Outside>{incident.acknowledged_by}</Outside>
            </>
          )}
        </>
      )}
      {incident.resolved_at !== null && (
        <>
          , resolved <Ago at={incident.resolved_at} /> after {lasted}
          {incident.resolved_by !== null && (
            <>
              {' '}
              <Outside>{byWhom(incident.resolved_by)}</Outside>
            </>
          )}
        </>
      )}
    </span>
  )
}

function Actions({ incident }: { incident: IncidentDetail }) {
  const [open, setOpen] = useState<'acknowledge' | 'resolve' | null>(null)
  const close = () => setOpen(null)
  if (incident.state === 'resolved' && open === null) return null
  return (
    <div className="flex flex-wrap gap-2">
      {incident.state === 'open' && (
        <Button kind="main" onClick={() => setOpen('acknowledge')}>
          Acknowledge
        </Button>
      )}
      {incident.state !== 'resolved' && <Button onClick={() => setOpen('resolve')}>Resolve</Button>}
      {open === 'acknowledge' && (
        <NoteDialog
          title="Acknowledge this incident"
          explanation="It says that you are on it: reminders stop. It stays unresolved until what it tells of is mended."
          verb="Acknowledge"
          done="Acknowledged: reminders stop."
          act={(note) => api.acknowledge(incident.id, note)}
          onClose={close}
        />
      )}
      {open === 'resolve' && (
        <NoteDialog
          title="Resolve this incident"
          explanation="It is closed by hand. If its cause is still there at the next look, a new incident is opened."
          verb="Resolve"
          done="Resolved."
          act={(note) => api.resolve(incident.id, note)}
          onClose={close}
        />
      )}
    </div>
  )
}

function Events({ incident }: { incident: IncidentDetail }) {
  return (
    <Card title="What happened">
      <ol className="space-y-4 border-l-2 border-line pl-4">
        {incident.events.map((event) => (
          <li key={event.id} className="relative text-sm">
            <span
              aria-hidden="true"
              className="absolute top-1.5 -left-[1.34rem] size-2.5 rounded-full border-2 border-surface bg-edge"
            />
            <p className="flex flex-wrap items-baseline gap-x-3">
              <span className="font-semibold">{EVENT[event.kind]}</span>
              {event.by !== null && (
                <span className="text-muted">
                  by <Outside>{event.by}</Outside>
                </span>
              )}
              <Exact at={event.at} className="text-xs text-muted" />
            </p>
            <Sentence className="mt-0.5 block">{event.reason}</Sentence>
          </li>
        ))}
      </ol>
    </Card>
  )
}

function TheSubject({ incident: { subject, rule, owner, tier } }: { incident: IncidentDetail }) {
  const kind = SUBJECT[subject.kind]
  return (
    <Card title={`The ${kind.toLowerCase()}`}>
      <dl className="space-y-3">
        <Fact name={kind}>
          {subject.kind === 'service' ? (
            <Link
              to="/service"
              search={{ name: subject.name }}
              className="font-semibold text-accent underline underline-offset-2"
            >
              <Outside>{subject.name}</Outside>
            </Link>
          ) : (
            <span className="font-semibold">
              <Outside>{subject.name}</Outside>
            </span>
          )}
        </Fact>
        {tier !== null && <Fact name="Tier">{tier}</Fact>}
        <Fact name="Rule">
          <Outside>{rule}</Outside>
        </Fact>
        {owner !== null && (
          <Fact name="Owner">
            <Outside>{owner}</Outside>
          </Fact>
        )}
      </dl>
    </Card>
  )
}

function TheCheck({ incident, id }: { incident: IncidentDetail; id: string }) {
  const check = incident.current_check
  const link = (words: ReactNode) => (
    <Link to="/check" search={{ id }} className="font-semibold text-accent underline underline-offset-2">
      {words}
    </Link>
  )
  return (
    <Card title="The check now">
      {check === null ? (
        <p className="text-sm text-muted">
          It is no longer known: <Outside>{id}</Outside>
        </p>
      ) : (
        <dl className="space-y-3">
          <Fact name="Check">
            {link(<Outside>{check.resource.name}</Outside>)}
            <span className="block font-mono text-xs text-muted">
              <Outside>{check.id}</Outside>
            </span>
          </Fact>
          <Fact name="Status">
            <StatusBadge status={check.status} />
          </Fact>
          <Fact name="Last backup">
            {check.last_recovery_point_at === null ? 'none' : <Ago at={check.last_recovery_point_at} />}
            {check.threshold_seconds !== null && ` of ${duration(check.threshold_seconds * 1000)} allowed`}
          </Fact>
          {check.owner !== null && (
            <Fact name="Owner">
              <Outside>{check.owner}</Outside>
            </Fact>
          )}
          {check.services.length > 0 && (
            <Fact name="Services that need it">
              <Outside>{check.services.join(', ')}</Outside>
            </Fact>
          )}
        </dl>
      )}
    </Card>
  )
}
