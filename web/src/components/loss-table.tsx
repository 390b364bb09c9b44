import { Link } from '@tanstack/react-router'
import type { RankedLoss } from '../api/services.ts'
import { Outside, plural } from '../ui/text.tsx'
import { duration } from '../ui/time.tsx'
import type { WhatIfSearch } from './service-search.ts'
import { FATE, lossParts } from './service-words.ts'

const HEAD = 'px-4 py-2 text-xs font-semibold text-muted'
const CELL = 'px-4 py-2.5 align-top'
const COUNTED = ['gone', 'unknown', 'restorable', 'running'] as const

/** Single losses, the most damaging first: each leads to what it would do, on top of what is chosen already. */
export function LossTable({ losses, chosen }: { losses: readonly RankedLoss[]; chosen: readonly string[] }) {
  return (
    <table className="stacked w-full table-fixed border-collapse text-sm">
      <caption className="sr-only">Single losses, the most damaging first</caption>
      <thead>
        <tr className="border-b border-line">
          <th scope="col" className={HEAD}>
            {chosen.length > 0 ? 'Lose this too' : 'What is lost'}
          </th>
          <th scope="col" className={`${HEAD} w-[22rem]`}>
            What becomes of services, by this alone
          </th>
          <th scope="col" className={`${HEAD} w-[9rem]`}>
            Most data lost, of what comes back
          </th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {losses.map((loss) => (
          <LossRow key={loss.loss} loss={loss} chosen={chosen} />
        ))}
      </tbody>
    </table>
  )
}

function LossRow({ loss, chosen }: { loss: RankedLoss; chosen: readonly string[] }) {
  const { kind, value } = lossParts(loss.loss)
  return (
    <tr className="relative hover:bg-raised/60">
      <th scope="row" className={`${CELL} whole order-1 font-normal`}>
        <Link
          to="/what-if"
          // what was searched for is found
          search={(now: WhatIfSearch) => ({ ...now, q: undefined, lose: [...(now.lose ?? []), loss.loss] })}
          className="block underline-offset-4 max-md:before:absolute max-md:before:inset-0 hover:underline"
        >
          <span className="text-xs text-muted">
            {kind}
            {chosen.includes(loss.loss) && ' (chosen)'}{' '}
          </span>
          <Outside cut className="font-semibold">
            {value}
          </Outside>
        </Link>
        {loss.gravest > 0 && (
          <span className="block text-xs font-medium text-missing">
            {plural(loss.gravest, 'service')} of tier 1 {loss.gravest === 1 ? 'is' : 'are'} gone, or may be
          </span>
        )}
      </th>
      <td className={`${CELL} order-2`}>
        <FateCounts summary={loss.summary} />
        {loss.bare > 0 && (
          <span className="mt-0.5 block text-xs text-muted">
            {loss.bare} {loss.bare === 1 ? 'has' : 'have'} no proven copy left
          </span>
        )}
      </td>
      <td className={`${CELL} order-3 text-muted`}>
        {loss.worst_loss_seconds === null ? (
          <span className="max-md:hidden">–</span>
        ) : (
          <>
            <span className="md:hidden">what comes back loses up to </span>
            {duration(loss.worst_loss_seconds * 1000)}
          </>
        )}
      </td>
    </tr>
  )
}

export function FateCounts({ summary }: { summary: RankedLoss['summary'] }) {
  const there = COUNTED.filter((fate) => summary[fate] > 0)
  if (there.length === 0) return <span className="text-sm text-muted">touches nothing</span>
  return (
    <ul className="flex flex-wrap gap-1.5">
      {there.map((fate) => (
        <li
          key={fate}
          title={FATE[fate].means}
          className={`bordered-when-forced rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap ${FATE[fate].text} ${FATE[fate].soft}`}
        >
          {summary[fate].toLocaleString('en')}{' '}
          {fate === 'running' && summary[fate] !== 1 ? 'run on' : FATE[fate].label.toLowerCase()}
        </li>
      ))}
    </ul>
  )
}
