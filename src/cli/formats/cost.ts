import type { CostsJson } from '../../app/cost.ts'
import { formatBytes } from '../../lib/bytes.ts'
import { printable } from '../../lib/printable.ts'
import { columns } from './columns.ts'

type Item = CostsJson['items'][number]

const WORDS: Record<Item['kind'], string> = {
  'orphaned-snapshots': 'snapshots of volumes that are gone',
  'stale-snapshots': 'snapshots of volumes that have had no good one for long',
  'orphaned-db-snapshots': 'snapshots of databases that are gone',
  'orphaned-recovery-points': 'recovery points of resources that are gone',
  'expiring-recovery-points': 'recovery points of resources that are gone, which AWS Backup will delete',
  'stale-recovery-points': 'recovery points of resources that have had no good one for long',
}
const SIGNS: Record<Item['bound'], string> = { 'at-least': '>=', 'at-most': '<=', about: '~' }
const BOUNDS: Record<Item['bound'], string> = { 'at-least': 'At least', 'at-most': 'At most', about: 'About' }

/** What is paid for nothing, for a terminal. */
export function costTable({ items, usd_per_month, bound, prices }: CostsJson): string {
  if (items.length === 0) return 'Nothing is known to be paid for in vain.\n'
  const rows = items.map((item) => [
    isUnknown(item) ? '?' : `${SIGNS[item.bound]} ${item.usd_per_month.toFixed(2)}`,
    item.owner ?? '-',
    item.source,
    [item.account, item.region].filter(Boolean).join(' ') || '-',
    whatOf(item),
  ])
  return [
    ...columns(['USD/MONTH', 'OWNER', 'SOURCE', 'WHERE', 'WHAT'], rows),
    '',
    items.every(isUnknown)
      ? 'What they cost is not known: give prices in the configuration of the source.'
      : `${BOUNDS[bound]} ${usd_per_month.toFixed(2)} USD a month in all: an estimate, only the bill knows.`,
    ...(prices.length > 0 ? ['', 'Prices a GiB and month:'] : []),
    ...prices.map(priceLine),
    '',
  ].join('\n')
}

/** Of none of its points anybody says what it takes, or costs. */
const isUnknown = ({ points, unpriced }: Item) => points > 0 && unpriced >= points

function whatOf({ kind, points, resources, bytes, unpriced }: Item): string {
  const left = unpriced > 0 ? `; ${unpriced} of unknown size or price are not in the sum` : ''
  return `${points} ${WORDS[kind]} (${resources}), ${formatBytes(bytes)}${left}`
}

function priceLine({ what, usd_per_gib_month: usd, region, stands_in_for: others, from }: CostsJson['prices'][number]) {
  const whose = region === null ? '' : ` in ${region}`
  const also = others.length > 0 ? `, also for ${others.join(', ')}, whose own is not known` : ''
  return printable(`- ${usd} for ${what}${whose}${also} (${from})`)
}
