import { Link } from '@tanstack/react-router'
import type { Check } from '../api/client.ts'
import { Outside } from '../ui/text.tsx'
import { Ago, duration, Sentence } from '../ui/time.tsx'
import { StatusBadge } from './badges.tsx'
import { typeLabel } from './words.ts'

const HEAD = 'px-4 py-2 text-xs font-semibold text-muted'
const CELL = 'px-4 py-2.5 align-top'

export function CheckTable({ checks }: { checks: readonly Check[] }) {
  return (
    <table className="stacked w-full table-fixed border-collapse text-sm">
      <caption className="sr-only">Checks, the worst first</caption>
      <thead>
        <tr className="border-b border-line">
          <th scope="col" className={HEAD}>
            Resource
          </th>
          <th scope="col" className={`${HEAD} w-[20%]`}>
            Source / account
          </th>
          <th scope="col" className={`${HEAD} w-[13%]`}>
            Type
          </th>
          <th scope="col" className={`${HEAD} w-[12%]`}>
            Last backup
          </th>
          <th scope="col" className={`${HEAD} w-[8.5rem]`}>
            Status
          </th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {checks.map((check) => (
          <CheckRow key={check.id} check={check} />
        ))}
      </tbody>
    </table>
  )
}

function CheckRow({ check }: { check: Check }) {
  const { resource } = check
  return (
    <tr className="relative hover:bg-raised/60">
      <th scope="row" className={`${CELL} parts font-normal`}>
        <span className="whole order-1 block min-w-0">
          <Link
            to="/check"
            search={{ id: check.id }}
            // on a phone the whole card can be pressed
            className="block font-semibold text-text underline-offset-4 max-md:before:absolute max-md:before:inset-0 hover:underline"
          >
            <Outside cut>{resource.name}</Outside>
          </Link>
          {resource.id !== resource.name && (
            <Outside cut className="w-fit max-w-full font-mono text-xs text-muted">
              {resource.id}
            </Outside>
          )}
        </span>
        {check.status !== 'ok' && (
          <span className="whole order-4 mt-0.5 line-clamp-2 text-xs text-muted">
            <Sentence>{check.reason}</Sentence>
          </span>
        )}
      </th>
      <td className={`${CELL} order-5 max-md:text-xs max-md:text-muted`}>
        <Outside cut>{check.source}</Outside>
        {resource.account !== null && (
          <Outside cut className="w-fit max-w-full text-xs text-muted">
            {[resource.account, resource.region].filter(Boolean).join(' · ')}
          </Outside>
        )}
      </td>
      <td className={`${CELL} order-6 max-md:text-xs max-md:text-muted`}>
        <Outside cut>{typeLabel(check.type)}</Outside>
      </td>
      <td className={`${CELL} order-3 max-md:flex-1 max-md:basis-1/2`}>
        <LastBackup check={check} />
      </td>
      <td className={`${CELL} order-2`}>
        <StatusBadge status={check.status} />
      </td>
    </tr>
  )
}

function LastBackup({ check }: { check: Check }) {
  return (
    <>
      <span className="sr-only md:hidden">Last backup: </span>
      {check.last_recovery_point_at === null ? (
        'none'
      ) : (
        <Ago at={check.last_recovery_point_at} className="tabular-nums" />
      )}
      {check.threshold_seconds !== null && (
        <span className="text-xs text-muted max-md:before:content-['_·_'] md:block">
          limit {duration(check.threshold_seconds * 1000)}
        </span>
      )}
    </>
  )
}
