import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Simulation } from '../api/services.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Card } from '../ui/page.tsx'
import { Outside, plural } from '../ui/text.tsx'
import { Ago, duration } from '../ui/time.tsx'
import { FATE } from './service-words.ts'

/** What survives, from which copy, and how the rest comes back. */
export function SimulationView({ simulation }: { simulation: Simulation }) {
  return (
    <div className="space-y-4">
      <Summary simulation={simulation} />
      {simulation.services.length > 0 && <Fates services={simulation.services} />}
      {simulation.recovery.length > 0 && <Recovery simulation={simulation} />}
      {simulation.waiting.length > 0 && <Waiting waiting={simulation.waiting} />}
    </div>
  )
}

const ORDER = ['gone', 'unknown', 'restorable', 'running', 'untouched'] as const

function Summary({ simulation: { summary } }: { simulation: Simulation }) {
  return (
    <dl className="grid grid-cols-3 gap-2 sm:grid-cols-5">
      {ORDER.map((fate) => (
        <div key={fate} title={FATE[fate].means} className="rounded-xl border border-line bg-surface px-3 py-2">
          <dt
            className={`flex items-center gap-1.5 text-xs font-medium sm:text-sm ${summary[fate] > 0 ? FATE[fate].text : 'text-muted'}`}
          >
            <Icon name={FATE[fate].icon} className="size-3.5" />
            {FATE[fate].label}
          </dt>
          <dd
            className={`text-xl font-semibold tabular-nums sm:text-2xl ${summary[fate] > 0 ? FATE[fate].text : 'text-muted'}`}
          >
            {summary[fate].toLocaleString('en')}
          </dd>
        </div>
      ))}
    </dl>
  )
}

const HEAD = 'px-4 py-2 text-xs font-semibold text-muted'
const CELL = 'px-4 py-2.5 align-top'
const FEW = 50

/** The first of them, and all when somebody asks: ten thousand rows at once help nobody. */
function useFew<T>(all: readonly T[]): { shown: readonly T[]; more: number; showMore: () => void } {
  const [most, setMost] = useState(FEW)
  return { shown: all.slice(0, most), more: Math.max(0, all.length - most), showMore: () => setMost(most + 10 * FEW) }
}

function MoreRows({ more, showMore, what }: { more: number; showMore: () => void; what: string }) {
  if (more === 0) return null
  return (
    <div className="border-t border-line p-2 text-center">
      <Button kind="quiet" onClick={showMore}>
        Show more: {plural(more, what)} left
      </Button>
    </div>
  )
}

function ServiceLink({ name }: { name: string }) {
  return (
    <Link to="/service" search={{ name }} className="block font-semibold text-text underline-offset-4 hover:underline">
      <Outside cut>{name}</Outside>
    </Link>
  )
}

function Fates({ services }: { services: Simulation['services'] }) {
  const { shown, ...rest } = useFew(services)
  const assumed = services.some((service) => service.assumed)
  return (
    <Card title="What becomes of each service" flush>
      <table className="stacked w-full table-fixed border-collapse border-t border-line text-sm">
        <caption className="sr-only">Services that are touched, the worst first</caption>
        <thead>
          <tr className="border-b border-line">
            <th scope="col" className={HEAD}>
              Service
            </th>
            <th scope="col" className={`${HEAD} w-[9rem]`}>
              Fate
            </th>
            <th scope="col" className={`${HEAD} w-[32%]`}>
              Comes back from
            </th>
            <th scope="col" className={`${HEAD} w-[22%]`}>
              Data lost
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {shown.map((service) => (
            <tr key={service.name}>
              <th scope="row" className={`${CELL} whole font-normal`}>
                <ServiceLink name={service.name} />
                <span className="text-xs text-muted">{service.tier === null ? 'no tier' : `tier ${service.tier}`}</span>
                {service.lost_copies.length > 0 && (
                  <span className="block text-xs text-muted">
                    loses <Outside>{service.lost_copies.join(', ')}</Outside>
                  </span>
                )}
              </th>
              <td className={CELL}>
                <span
                  className={`bordered-when-forced inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-sm font-medium whitespace-nowrap ${FATE[service.fate].text} ${FATE[service.fate].soft}`}
                  title={FATE[service.fate].means}
                >
                  <Icon name={FATE[service.fate].icon} className="size-3.5" />
                  {FATE[service.fate].label}
                </span>
                {service.assumed && <span className="block text-xs text-muted">assumed</span>}
              </td>
              <td className={`${CELL} max-md:flex-1 max-md:basis-full`}>
                {service.from === null ? (
                  <span className={service.fate === 'gone' ? 'text-missing' : 'text-muted'}>nothing is left</span>
                ) : (
                  <>
                    {service.fate === 'running' && <span className="text-xs text-muted">would: </span>}
                    <Outside>{service.from.copy}</Outside>
                    {service.from.standing !== 'proven' && <span className="text-xs text-error"> (not proven)</span>}
                    {service.from.recoverable_to !== null && (
                      <span className="block text-xs text-muted">
                        <Ago at={service.from.recoverable_to} />
                      </span>
                    )}
                  </>
                )}
              </td>
              <td className={CELL}>
                <DataLost service={service} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <MoreRows {...rest} what="service" />
      {assumed && (
        <p className="border-t border-line px-4 py-2.5 text-xs text-muted">
          Assumed: nobody says where it runs (production:), so it is taken for lost where one of its copies is.
        </p>
      )}
    </Card>
  )
}

function DataLost({ service }: { service: Simulation['services'][number] }) {
  if (service.loss_seconds === null)
    return (
      <span className="text-muted">
        <span className="md:hidden">data lost: </span>
        {service.fate === 'running' ? 'none' : service.fate === 'gone' ? 'all of it' : 'not known'}
      </span>
    )
  return (
    <>
      <span className="md:hidden">data lost: </span>
      {duration(service.loss_seconds * 1000)}
      {service.breaks_rpo !== null && (
        <span className={`block text-xs ${service.breaks_rpo ? 'font-medium text-missing' : 'text-ok'}`}>
          {service.breaks_rpo ? 'more than its RPO' : 'within its RPO'}
        </span>
      )}
    </>
  )
}

const FROM: Record<Simulation['recovery'][number]['takes_from'], string> = {
  drill: 'as its last drill took',
  restore: 'the restore of one copy alone',
  rto: 'its RTO, never tried',
  unknown: 'nobody knows',
}

function Recovery({ simulation: { recovery, critical_path: critical } }: { simulation: Simulation }) {
  const { shown, ...rest } = useFew(recovery)
  const waves = Map.groupBy(shown, ({ wave }) => wave)
  const left = wavesLeftOut(recovery)
  return (
    <Card title="Restore in this order" flush>
      <p className="border-t border-line px-4 py-2.5 text-sm">
        It takes at least <strong>{duration(critical.total_seconds * 1000)}</strong>
        {critical.unknown.length > 0 &&
          `, without ${plural(critical.unknown.length, 'service')} of which nobody knows how long`}
        : <Outside>{pathInWords(critical.path)}</Outside>.
      </p>
      {left.length > 0 && (
        <p className="border-t border-line px-4 py-2.5 text-xs text-muted">
          Nothing of wave {few(left.map(String))} is in this list: all of it is gone, or nobody knows whether it comes
          back.
        </p>
      )}
      <ol>
        {[...waves].map(([wave, steps]) => (
          <li key={wave} className="border-t border-line px-4 py-3">
            <h3 className="text-xs font-semibold text-muted">
              Wave {wave}
              {steps.length > 1 && ': these at the same time'}
            </h3>
            <ul className="mt-1 space-y-2">
              {steps.map((step) => (
                <li key={step.name} className="grid gap-x-4 text-sm sm:grid-cols-[1fr_16rem]">
                  <div className="min-w-0">
                    <ServiceLink name={step.name} />
                    {step.waits_for.length > 0 && (
                      <p className="text-xs text-muted">
                        after <Outside>{few(step.waits_for)}</Outside>
                      </p>
                    )}
                    {step.blocked_by.length > 0 && (
                      <p className="text-xs font-medium text-missing">
                        held up by <Outside>{few(step.blocked_by)}</Outside>
                      </p>
                    )}
                  </div>
                  <p>
                    {step.takes_seconds === null ? (
                      <span className="text-error">not known</span>
                    ) : (
                      duration(step.takes_seconds * 1000)
                    )}{' '}
                    <span className="text-xs text-muted">({FROM[step.takes_from]})</span>
                  </p>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
      <MoreRows {...rest} what="service" />
    </Card>
  )
}

/** The waves before the last of which nothing can be restored: the server counts what is down, and lists what comes back. */
function wavesLeftOut(recovery: Simulation['recovery']): number[] {
  const there = new Set(recovery.map(({ wave }) => wave))
  const last = recovery.reduce((most, { wave }) => Math.max(most, wave), 0)
  return Array.from({ length: last }, (_, n) => n + 1).filter((wave) => !there.has(wave))
}

function Waiting({ waiting }: { waiting: Simulation['waiting'] }) {
  const { shown, ...rest } = useFew(waiting)
  return (
    <Card title="Not hit, and waiting for what is down" flush>
      <ul className="divide-y divide-line border-t border-line">
        {shown.map(({ service, on }) => (
          <li key={service} className="px-4 py-2 text-sm">
            <ServiceLink name={service} />
            <p className="text-xs text-muted">
              waits for <Outside>{few(on)}</Outside>
            </p>
          </li>
        ))}
      </ul>
      <MoreRows {...rest} what="service" />
    </Card>
  )
}

function few(names: readonly string[]): string {
  return names.length > 8 ? `${names.slice(0, 8).join(', ')} and ${names.length - 8} more` : names.join(', ')
}

function pathInWords(path: readonly string[]): string {
  return path.length > 12
    ? `${path.slice(0, 6).join(', then ')}, then ${path.length - 8} others, then ${path.slice(-2).join(', then ')}`
    : path.join(', then ')
}
