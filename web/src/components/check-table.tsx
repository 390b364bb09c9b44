import { Link } from '@tanstack/react-router'
import type { Check } from '../api/client.ts'
import { Outside } from '../ui/text.tsx'
import { Ago, duration } from '../ui/time.tsx'
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
          <th scope="col" className={`${HEAD} w-[34%]`}>
            Resource
          </th>
          <th scope="col" className={`${HEAD} w-[17%]`}>
            Source / account
          </th>
          <th scope="col" className={`${HEAD} w-[12%]`}>
            Type
          </th>
          <th scope="col" className={`${HEAD} w-[14%]`}>
            Last backup
          </th>
          <th scope="col" className={HEAD}>
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
      <th scope="row" className={`${CELL} whole order-1 font-normal`}>
        <Link
          to="/check"
          search={{ id: check.id }}
          // the whole row can be pressed; what may be copied stands above this
          className="font-semibold text-text underline-offset-4 before:absolute before:inset-0 hover:underline"
        >
          <Outside cut>{resource.name}</Outside>
        </Link>
        {resource.id !== resource.name && (
          <span className="relative inline-block max-w-full font-mono text-xs text-muted">
            <Outside cut>{resource.id}</Outside>
          </span>
        )}
      </th>
      <td className={`${CELL} order-3`}>
        <Outside cut>{check.source}</Outside>
        {resource.account !== null && (
          <span className="relative inline-block max-w-full text-xs text-muted">
            <Outside cut>{[resource.account, resource.region].filter(Boolean).join(' · ')}</Outside>
          </span>
        )}
      </td>
      <td className={`${CELL} order-4 text-muted md:text-text`}>
        <Outside cut>{typeLabel(check.type)}</Outside>
      </td>
      <td className={`${CELL} order-5`}>
        <LastBackup check={check} />
      </td>
      <td className={`${CELL} whole order-2`}>
        <StatusBadge status={check.status} />
        {check.status !== 'ok' && (
          <p className="mt-1 line-clamp-2 text-xs text-muted">
            <Outside>{check.reason}</Outside>
          </p>
        )}
      </td>
    </tr>
  )
}

function LastBackup({ check }: { check: Check }) {
  return (
    <>
      <span className="sr-only md:hidden">Last backup: </span>
      {check.last_recovery_point_at === null ? (
        <span className="text-muted">none</span>
      ) : (
        // above the link of the row, so that the exact time shows
        <Ago at={check.last_recovery_point_at} className="relative tabular-nums" />
      )}
      {check.threshold_seconds !== null && (
        <span className="block text-xs text-muted">of {duration(check.threshold_seconds * 1000)}</span>
      )}
    </>
  )
}
