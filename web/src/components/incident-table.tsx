import { Link } from '@tanstack/react-router'
import type { Incident } from '../api/client.ts'
import { Outside } from '../ui/text.tsx'
import { Ago, Sentence } from '../ui/time.tsx'
import { IncidentState, SeverityBadge } from './badges.tsx'
import { INCIDENT } from './words.ts'

const HEAD = 'px-4 py-2 text-xs font-semibold text-muted'
const CELL = 'px-4 py-2.5 align-top'

export function IncidentTable({
  incidents,
  withSubject = true,
}: {
  incidents: readonly Incident[]
  withSubject?: boolean
}) {
  return (
    <table className="stacked w-full table-fixed border-collapse text-sm">
      <caption className="sr-only">Incidents: the unresolved first, of these the gravest, then the newest</caption>
      <thead>
        <tr className="border-b border-line">
          <th scope="col" className={HEAD}>
            Incident
          </th>
          <th scope="col" className={`${HEAD} w-[8.5rem]`}>
            Severity
          </th>
          <th scope="col" className={`${HEAD} w-[9.5rem]`}>
            State
          </th>
          <th scope="col" className={`${HEAD} w-[8rem]`}>
            Opened
          </th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {incidents.map((incident) => (
          <tr key={incident.id} className="relative hover:bg-raised/60">
            <th scope="row" className={`${CELL} whole order-1 font-normal`}>
              <Link
                to="/incidents/$id"
                params={{ id: incident.id }}
                className="block font-semibold text-text underline-offset-4 max-md:before:absolute max-md:before:inset-0 hover:underline"
              >
                {INCIDENT[incident.type]}
                {withSubject && (
                  <>
                    : <Outside>{shorter(incident.subject.name)}</Outside>
                  </>
                )}
              </Link>
              <p className="mt-0.5 line-clamp-2 text-xs text-muted">
                <Sentence>{incident.reason}</Sentence>
              </p>
            </th>
            <td className={`${CELL} order-2`}>
              <SeverityBadge severity={incident.severity} />
            </td>
            <td className={`${CELL} order-3`}>
              <IncidentState state={incident.state} />
            </td>
            <td className={`${CELL} order-4 text-muted`}>
              <Ago at={incident.opened_at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A heading of 300 characters tells nobody anything; the page of the incident has the whole name. */
const shorter = (text: string) => (text.length > 120 ? `${text.slice(0, 119)}…` : text)
