import { Link } from '@tanstack/react-router'
import type { ServiceSummary } from '../api/services.ts'
import { Outside } from '../ui/text.tsx'
import { LadderLine, MarkBoxes, OutcomeBadge, RpoCell, RtoCell } from './service-marks.tsx'
import { ruleLabel } from './service-words.ts'

const HEAD = 'px-4 py-2 text-xs font-semibold text-muted'
const CELL = 'px-4 py-2.5 align-top'

export function ServiceTable({ services }: { services: readonly ServiceSummary[] }) {
  return (
    <table className="stacked w-full table-fixed border-collapse text-sm">
      <caption className="sr-only">Services, the worst first</caption>
      <thead>
        <tr className="border-b border-line">
          <th scope="col" className={HEAD}>
            Service
          </th>
          <th scope="col" className={`${HEAD} w-[12%]`}>
            Proven
          </th>
          <th scope="col" className={`${HEAD} w-[17%]`}>
            RPO
          </th>
          <th scope="col" className={`${HEAD} w-[17%]`}>
            RTO
          </th>
          <th scope="col" className={`${HEAD} w-[8rem]`}>
            3-2-1
          </th>
          <th scope="col" className={`${HEAD} w-[10rem]`}>
            Findings
          </th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {services.map((service) => (
          <ServiceRow key={service.name} service={service} />
        ))}
      </tbody>
    </table>
  )
}

function ServiceRow({ service }: { service: ServiceSummary }) {
  return (
    <tr className="relative hover:bg-raised/60">
      <th scope="row" className={`${CELL} whole order-1 font-normal`}>
        <Link
          to="/service"
          search={{ name: service.name }}
          // on a phone the whole card can be pressed
          className="block font-semibold text-text underline-offset-4 max-md:before:absolute max-md:before:inset-0 hover:underline"
        >
          <Outside cut>{service.name}</Outside>
        </Link>
        <span className="flex min-w-0 gap-1.5 text-xs text-muted">
          <span className="whitespace-nowrap">{service.tier === null ? 'no tier' : `tier ${service.tier}`}</span>
          <span aria-hidden="true">·</span>
          {service.owner === null ? 'no owner' : <Outside cut>{service.owner}</Outside>}
        </span>
      </th>
      <td className={`${CELL} order-4 max-md:basis-full`}>
        <LadderLine ladder={service.ladder} />
      </td>
      <td className={`${CELL} order-5 max-md:self-start max-md:basis-[calc(50%-0.375rem)]`}>
        <span className="text-xs text-muted md:hidden">RPO </span>
        <RpoCell service={service} />
      </td>
      <td className={`${CELL} order-6 max-md:self-start max-md:basis-[calc(50%-0.375rem)]`}>
        <span className="text-xs text-muted md:hidden">RTO </span>
        <RtoCell service={service} />
      </td>
      <td className={`${CELL} order-3`}>
        <MarkBoxes marks={service.marks} />
      </td>
      <td className={`${CELL} order-2`}>
        <OutcomeBadge service={service} />
        <span className="mt-0.5 block text-xs text-muted max-md:hidden">{countsInWords(service.counts)}</span>
        <span className="mt-0.5 block text-xs max-md:hidden">{failingInWords(service)}</span>
      </td>
    </tr>
  )
}

/** Which rules fail, the gravest first, as far as the line has room. */
function failingInWords({ failing_rules: rules, counts }: ServiceSummary): string {
  const more = counts.fail - rules.length
  return `${rules.map(ruleLabel).join(', ')}${rules.length > 0 && more > 0 ? `, and ${more} more` : ''}`
}

function countsInWords({ fail, unknown, waived }: ServiceSummary['counts']): string {
  const parts = [
    fail > 0 ? `${fail} ${fail === 1 ? 'fails' : 'fail'}` : '',
    unknown > 0 ? `${unknown} not known` : '',
    waived > 0 ? `${waived} accepted` : '',
  ]
  return parts.filter(Boolean).join(', ')
}
