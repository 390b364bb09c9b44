import type { Costs } from '../api/client.ts'
import { Outside, plural, visible } from '../ui/text.tsx'
import { Ago } from '../ui/time.tsx'

type Item = Costs['items'][number]

const BOUND: Record<Item['bound'], string> = { 'at-least': 'at least', 'at-most': 'at most', about: 'about' }
const gone = (count: number, one: string, many?: string) => `${plural(count, one, many)} that ${are(count)} gone`
const late = (count: number, one: string) =>
  `${plural(count, one)} that ${count === 1 ? 'has' : 'have'} had no good one for long`
const are = (count: number) => (count === 1 ? 'is' : 'are')
const WHAT: Record<Item['kind'], (item: Item) => string> = {
  'orphaned-snapshots': ({ points, resources }) => `${plural(points, 'snapshot')} of ${gone(resources, 'volume')}`,
  'stale-snapshots': ({ points, resources }) => `${plural(points, 'snapshot')} of ${late(resources, 'volume')}`,
  'orphaned-db-snapshots': ({ points, resources }) => `${plural(points, 'snapshot')} of ${gone(resources, 'database')}`,
  'orphaned-recovery-points': ({ points, resources }) =>
    `${plural(points, 'recovery point')} of ${gone(resources, 'resource')}`,
  'expiring-recovery-points': ({ points, resources }) =>
    `${plural(points, 'recovery point')} of ${gone(resources, 'resource')}: AWS Backup will delete ${points === 1 ? 'it' : 'them'}`,
  'stale-recovery-points': ({ points, resources }) =>
    `${plural(points, 'recovery point')} of ${late(resources, 'resource')}`,
}

/** Of none of its points anybody says what it takes, or costs. */
const isUnknown = ({ points, unpriced }: Item) => points > 0 && unpriced >= points

const USD = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** What is paid for backups in this source that protect nothing any more; nothing where there are none. */
export function Waste({ source, costs }: { source: string; costs: Costs }) {
  const items = costs.items.filter((item) => item.source === source)
  const [dearest] = items
  if (!dearest) return null
  const sum = items.reduce((all, item) => all + item.usd_per_month, 0)
  const isKnown = items.some((item) => !isUnknown(item))
  const bounds = new Set(items.map(({ bound }) => bound))
  const about = bounds.size > 1 ? 'about' : BOUND[dearest.bound]
  const cell = 'py-1.5 align-top md:pr-4'
  return (
    <details className="px-4 pb-3 text-sm">
      <summary className="w-fit max-w-full text-muted hover:text-text">
        {isKnown
          ? `Backups that protect nothing any more cost ${about} ${USD.format(sum)} USD a month`
          : 'There are backups that protect nothing any more: what they cost is not known'}
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
                <td className={cell}>
                  {WHAT[item.kind](item)}
                  {item.unpriced > 0 && (
                    <span className="block text-xs text-muted">
                      {item.unpriced} of unknown size or price {are(item.unpriced)} not in the sum
                    </span>
                  )}
                </td>
                <td className={`${cell} tabular-nums`}>
                  {isUnknown(item) ? (
                    'not known'
                  ) : (
                    <>
                      {BOUND[item.bound]} {USD.format(item.usd_per_month)}
                      <span className="md:hidden"> USD a month</span>
                    </>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {items.some(({ kind }) => kind.startsWith('stale')) && (
          <p className="mt-2 text-xs text-muted">
            What has had no good backup for long may be kept on purpose: look before you delete it.
          </p>
        )}
        <p className="mt-2 text-xs text-muted">
          An estimate, as of <Ago at={dearest.as_of} />: only the bill knows.
        </p>
        <Prices costs={costs} />
      </div>
    </details>
  )
}

function Prices({ costs: { prices } }: { costs: Costs }) {
  if (prices.length === 0) return null
  return (
    <div className="mt-1 text-xs text-muted">
      Prices a GiB and month:
      <ul className="list-inside list-disc">
        {prices.map((price) => (
          <li key={[price.what, price.usd_per_gib_month, price.region, price.from].join()}>
            {price.usd_per_gib_month} USD for <Outside>{price.what}</Outside>
            {price.region !== null && ` in ${price.region}`}
            {price.stands_in_for.length > 0 && `, also for ${price.stands_in_for.join(', ')}, whose own is not known`} (
            {price.from})
          </li>
        ))}
      </ul>
    </div>
  )
}
