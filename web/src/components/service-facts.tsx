import { Link } from '@tanstack/react-router'
import type { Service } from '../api/services.ts'
import { Icon } from '../ui/icon.tsx'
import { Card, Fact, Facts } from '../ui/page.tsx'
import { Outside, plural } from '../ui/text.tsx'
import { Ago, duration, Exact } from '../ui/time.tsx'
import { DRILL, ruleLabel } from './service-words.ts'

type Neighbour = Service['order']['waits_for'][number]

/** What must be back before it, and what waits for it. */
export function OrderCard({ service }: { service: Service }) {
  const { order } = service
  return (
    <Card title="Restore order">
      <p className="text-sm">
        Number {order.position.toLocaleString('en')}, in wave {order.wave}.
      </p>
      {order.cycle !== null && (
        <p className="mt-1 flex gap-1.5 text-sm text-missing">
          <Icon name="stale" className="mt-0.5 size-4" />
          <span className="min-w-0">
            These wait for each other: <Outside>{order.cycle.slice(0, 20).join(', ')}</Outside>
          </span>
        </p>
      )}
      <Neighbours title="Waits for" none="It waits for nothing." all={order.waits_for} count={order.waits_for.length} />
      <Neighbours
        title="Waited for by"
        none="Nothing waits for it."
        all={order.waited_for_by}
        count={order.waited_for_by_count}
      />
    </Card>
  )
}

const FEW = 12

function Neighbours({
  title,
  none,
  all,
  count,
}: {
  title: string
  none: string
  all: readonly Neighbour[]
  count: number
}) {
  const shown = all.slice(0, FEW)
  return (
    <div className="mt-2">
      <h3 className="text-xs font-medium text-muted">{title}</h3>
      {shown.length === 0 && <p className="text-sm text-muted">{none}</p>}
      <ul className="mt-1 flex flex-wrap gap-1.5">
        {shown.map(({ name, tier, declared }) => (
          <li key={name} className="max-w-full">
            {declared ? (
              <Link
                to="/service"
                search={{ name }}
                className="block rounded-md border border-line bg-raised px-2 py-1 text-sm hover:border-accent"
              >
                <Outside cut>{name}</Outside>
                <span className="block text-xs text-muted">{tier === null ? 'no tier' : `tier ${tier}`}</span>
              </Link>
            ) : (
              <span className="block rounded-md border border-dashed border-missing px-2 py-1 text-sm">
                <Outside cut>{name}</Outside>
                <span className="block text-xs text-missing">no service is called so</span>
              </span>
            )}
          </li>
        ))}
        {count > shown.length && (
          <li className="self-center text-xs text-muted">and {(count - shown.length).toLocaleString('en')} more</li>
        )}
      </ul>
    </div>
  )
}

export function DrillList({ service }: { service: Service }) {
  const { drills } = service
  return (
    <Card
      title="Restore drills"
      aside={
        <Link
          to="/drills"
          search={{ service: service.name, ...(drills.length === 0 && { record: 'yes' as const }) }}
          className="text-sm text-accent underline underline-offset-2"
        >
          {drills.length === 0 ? 'Record one' : 'All, and record one'}
        </Link>
      }
    >
      {drills.length === 0 ? (
        <p className="text-sm text-muted">
          It was never restored: that a job ran proves that bytes were written, no more. One is due every{' '}
          {duration(service.drill_every_seconds * 1000)}.
        </p>
      ) : (
        <ul className="space-y-2.5">
          {drills.map((drill) => (
            <li key={drill.id} className="text-sm">
              <p className={`flex items-center gap-1.5 font-medium ${DRILL[drill.outcome].text}`}>
                <Icon name={DRILL[drill.outcome].icon} className="size-3.5" />
                {DRILL[drill.outcome].label}
              </p>
              <p className="text-xs text-muted">
                <Exact at={drill.at} /> by <Outside>{drill.by}</Outside>
                {drill.part !== null && (
                  <>
                    , of <Outside>{drill.part}</Outside> alone
                  </>
                )}
              </p>
              <p className="text-xs">
                {drill.rta_seconds === null ? 'not timed' : `took ${duration(drill.rta_seconds * 1000)}`}
                {drill.rpa_seconds !== null && `, lost ${duration(drill.rpa_seconds * 1000)} of data`}
              </p>
              {drill.gaps.length > 0 && (
                <ul className="mt-0.5 list-disc pl-4 text-xs">
                  {drill.gaps.map((gap) => (
                    <li key={gap}>
                      <Outside>{gap}</Outside>
                    </li>
                  ))}
                </ul>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

export function KeyList({ service }: { service: Service }) {
  return (
    <Card title="Who can decrypt">
      {service.keys.length === 0 ? (
        <p className="text-sm text-muted">Nobody has written it down (keys: of this service).</p>
      ) : (
        <ul className="space-y-2">
          {service.keys.map((key) => (
            <li key={key.name} className="text-sm">
              <p className="font-medium">
                <Outside>{key.name}</Outside>
              </p>
              <p className="text-xs">
                {key.holders.length === 0 ? (
                  <span className="text-missing">nobody is named</span>
                ) : (
                  <Outside>{key.holders.join(', ')}</Outside>
                )}
                {key.where !== null && (
                  <>
                    ; in <Outside>{key.where}</Outside>
                  </>
                )}
              </p>
              <p className="text-xs text-muted">
                {key.last_rehearsed_at === null ? (
                  'never tried'
                ) : (
                  <>
                    last tried <Ago at={key.last_rehearsed_at} />
                  </>
                )}
              </p>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

const WAIVER: Record<Service['waivers'][number]['state'], string> = {
  'in-force': 'in force',
  idle: 'not needed now',
  ended: 'ended: what it accepted is open again',
}

export function WaiverList({ waivers }: { waivers: Service['waivers'] }) {
  return (
    <Card title={plural(waivers.length, 'waiver')}>
      <ul className="space-y-2">
        {waivers.map((waiver) => (
          <li key={`${waiver.rule} ${waiver.until} ${waiver.reason}`} className="text-sm">
            <p>
              <Outside className="font-medium">{ruleLabel(waiver.rule)}</Outside>
              <span className="ml-1.5 text-xs text-muted">{WAIVER[waiver.state]}</span>
            </p>
            <p>
              <Outside>{waiver.reason}</Outside>
            </p>
            <p className="text-xs text-muted">
              <Outside>{waiver.owner}</Outside>, until <Exact at={waiver.until} />
            </p>
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** An address that a browser may follow: of the web, and nothing that runs. */
const isLink = (text: string) => /^https?:\/\//i.test(text)

export function ServiceFacts({ service }: { service: Service }) {
  const labels = Object.entries(service.labels)
  return (
    <Card title="Facts">
      <Facts>
        <Fact name="How it is backed up" wide>
          {service.method === null ? '–' : <Outside>{service.method}</Outside>}
        </Fact>
        <Fact name="Standard">{service.standard}</Fact>
        <Fact name="Kind of data">{service.data_class === null ? '–' : <Outside>{service.data_class}</Outside>}</Fact>
        {service.runbook !== null && (
          <Fact name="Its own runbook" wide>
            {isLink(service.runbook) ? (
              <a
                href={service.runbook}
                target="_blank"
                rel="noreferrer"
                className="text-accent underline underline-offset-2"
              >
                <Outside>{service.runbook}</Outside>
              </a>
            ) : (
              <Outside>{service.runbook}</Outside>
            )}
          </Fact>
        )}
        {labels.length > 0 && (
          <Fact name="Labels" wide>
            <ul className="flex flex-wrap gap-1.5">
              {labels.map(([name, value]) => (
                <li key={name} className="max-w-full rounded bg-raised px-1.5 py-0.5 text-xs">
                  <Outside>{`${name}=${value}`}</Outside>
                </li>
              ))}
            </ul>
          </Fact>
        )}
      </Facts>
    </Card>
  )
}
