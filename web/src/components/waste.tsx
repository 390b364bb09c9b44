import type { Costs } from '../api/client.ts'
import { Outside, plural, visible } from '../ui/text.tsx'
import { Ago } from '../ui/time.tsx'

type Item = Costs['items'][number]

const BOUND: Record<Item['bound'], string> = { 'at-least': 'at least', 'at-most': 'at most' }
const WHAT: Record<Item['kind'], (item: Item) => string> = {
  'orphaned-snapshots': ({ points, resources }) =>
    `${plural(points, 'snapshot')} of ${plural(resources, 'volume that is', 'volumes that are')} gone`,
}

const USD = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** What is paid for backups in this source that protect nothing any more; nothing where there are none. */
export function Waste({ source, costs }: { source: string; costs: Costs }) {
  const items = costs.items.filter((item) => item.source === source)
  const [dearest] = items
  if (!dearest) return null
  const sum = items.reduce((all, item) => all + item.usd_per_month, 0)
  const bounds = new Set(items.map(({ bound }) => bound))
  const about = bounds.size > 1 ? 'about' : BOUND[dearest.bound]
  const cell = 'py-1.5 align-top md:pr-4'
  return (
    <details className="px-4 pb-3 text-sm">
      <summary className="w-fit max-w-full text-muted hover:text-text">
        Backups that protect nothing any more cost {about} {USD.format(sum)} USD a month
      </summary>
      <div className="mt-2 rounded-md bg-raised px-3 py-2">
        <table className="stacked w-full">
          <caption className="sr-only">What is paid for in vain in {visible(source)}, the dearest first</caption>
          <thead>
            <tr className="text-xs text-muted">
              {['Owner', 'Where', 'What', 'USD a month'].map((name) => (
                <th key={name} scope="col" className="py-1 pr-4">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {items.map((item) => (
              <tr key={[item.kind, item.owner, item.account, item.region].join()} className="max-md:px-0!">
                <th scope="row" className={`${cell} font-medium`}>
                  {item.owner === null ? <span className="text-muted">nobody</span> : <Outside>{item.owner}</Outside>}
                </th>
                <td className={cell}>
                  <Outside>{[item.region, item.account].filter(Boolean).join(' ') || 'anywhere'}</Outside>
                </td>
                <td className={cell}>{WHAT[item.kind](item)}</td>
                <td className={`${cell} tabular-nums`}>
                  {BOUND[item.bound]} {USD.format(item.usd_per_month)}
                  <span className="md:hidden"> USD a month</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="mt-2 text-xs text-muted">
          An estimate, as of <Ago at={dearest.as_of} />: only the bill knows. Prices a GiB and month:{' '}
          {costs.prices.map(({ usd_per_gib_month: usd, from }) => `${usd} USD (${from})`).join(', ')}.
        </p>
      </div>
    </details>
  )
}
