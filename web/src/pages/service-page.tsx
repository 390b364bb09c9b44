import { getRouteApi, Link } from '@tanstack/react-router'
import { ApiError, type Incident } from '../api/client.ts'
import { useIncidents } from '../api/queries.ts'
import type { Service } from '../api/services.ts'
import { useService } from '../api/services.ts'
import { DomainMap } from '../components/domain-map.tsx'
import { FindingList } from '../components/finding-list.tsx'
import { IncidentTable } from '../components/incident-table.tsx'
import { ReportCard } from '../components/report-card.tsx'
import { RunbookCard } from '../components/runbook-view.tsx'
import { ServiceBackLink } from '../components/service-back-link.tsx'
import { CopyList } from '../components/service-copies.tsx'
import { DrillList, KeyList, OrderCard, ServiceFacts, WaiverList } from '../components/service-facts.tsx'
import { Ladder } from '../components/service-ladder.tsx'
import { MarkList, OutcomeBadge, RpoCell, RtoCell } from '../components/service-marks.tsx'
import { GRAVER_THAN_INCIDENTS } from '../components/service-words.ts'
import { Loading, Trouble } from '../components/trouble.tsx'
import { Empty } from '../ui/notice.tsx'
import { Card, Heading } from '../ui/page.tsx'
import { Outside } from '../ui/text.tsx'

const route = getRouteApi('/service')

export function ServicePage() {
  const { name } = route.useSearch()
  const service = useService(name)
  const incidents = useIncidents({ service: name || undefined })
  // together, or what one reads would be pushed down when they come
  if (service.data && !incidents.isPending)
    return <Loaded key={name} service={service.data} incidents={incidents.data?.pages[0]?.items ?? []} />
  const missing = name === '' || (service.error instanceof ApiError && [400, 404].includes(service.error.status))
  return (
    <>
      <ServiceBackLink />
      <Heading title="Service" />
      {missing ? (
        <Empty title="There is no such service">
          <p>
            It may have been taken out of the configuration, or its name changed. Looked for:{' '}
            <Outside>{name || 'nothing'}</Outside>
          </p>
        </Empty>
      ) : service.error ? (
        <Trouble error={service.error} what="This service" />
      ) : (
        <Loading what="the service" />
      )}
    </>
  )
}

function Loaded({ service, incidents }: { service: Service; incidents: readonly Incident[] }) {
  const unresolved = incidents.filter(({ state }) => state !== 'resolved')
  const isCritical = service.tier === 1 && service.severity === 'critical'
  return (
    <div className="space-y-4">
      <ServiceBackLink />
      <Top service={service} />
      <Numbers service={service} />
      <div className="grid gap-4 lg:grid-cols-3">
        <div className="min-w-0 space-y-4 lg:col-span-2">
          {unresolved.length > 0 && (
            <Card title="Unresolved incidents" flush>
              <IncidentTable incidents={unresolved} withSubject={false} />
              {isCritical && unresolved.some(({ severity }) => severity !== 'critical') && (
                <p className="border-t border-line px-4 py-2.5 text-xs text-muted">{GRAVER_THAN_INCIDENTS}</p>
              )}
            </Card>
          )}
          <DomainMap service={service} />
          <FindingList findings={service.findings} />
          <CopyList service={service} />
        </div>
        <div className="min-w-0 space-y-4">
          <OrderCard service={service} />
          <DrillList service={service} />
          <KeyList service={service} />
          {service.waivers.length > 0 && <WaiverList waivers={service.waivers} />}
          <ServiceFacts service={service} />
        </div>
      </div>
      <RunbookCard name={service.name} />
      <ReportCard of={{ service: service.name }} what="this service" />
    </div>
  )
}

/** What one asks first: how much would be lost, how long would it take, and is it 3-2-1? */
function Numbers({ service }: { service: Service }) {
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      <Card title="RPO">
        <p className="text-xs text-muted">The newest proven copy</p>
        <RpoCell service={service} />
      </Card>
      <Card title="RTO">
        <p className="text-xs text-muted">The last timed restore</p>
        <RtoCell service={service} />
      </Card>
      <Card title="3-2-1">
        <MarkList marks={service.marks} />
      </Card>
    </div>
  )
}

function Top({ service }: { service: Service }) {
  return (
    <header className="space-y-3">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-72">
          <Heading title={service.name} />
        </div>
        <Link
          to="/what-if"
          search={{ lose: [`service:${service.name}`] }}
          className="inline-flex min-h-9 items-center rounded-md border border-edge/60 bg-surface px-3 py-1.5 text-sm font-medium hover:bg-raised"
        >
          What if it is lost?
        </Link>
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        <OutcomeBadge service={service} />
        <span>{service.tier === null ? 'no tier' : `tier ${service.tier}`}</span>
        <span className="min-w-0 text-muted">
          {service.owner === null ? (
            'nobody owns it'
          ) : (
            <>
              owned by <Outside>{service.owner}</Outside>
            </>
          )}
        </span>
      </div>
      <Ladder ladder={service.ladder} />
    </header>
  )
}
