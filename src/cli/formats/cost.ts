import type { CostsJson } from '../../app/cost.ts'
import { formatBytes } from '../../lib/bytes.ts'
import { columns } from './columns.ts'

const WORDS: Record<CostsJson['items'][number]['kind'], string> = {
  'orphaned-snapshots': 'snapshots of volumes that are gone',
}

/** What is paid for nothing, for a terminal. */
export function costTable({ items, usd_per_month, prices }: CostsJson): string {
  if (items.length === 0) return 'Nothing is known to be paid for in vain.\n'
  const rows = items.map((item) => [
    `${item.bound === 'at-least' ? '>=' : '<='} ${item.usd_per_month.toFixed(2)}`,
    item.owner ?? '-',
    item.source,
    [item.account, item.region].filter(Boolean).join(' ') || '-',
    `${item.points} ${WORDS[item.kind]} (${item.resources}), ${formatBytes(item.bytes)}`,
  ])
  return [
    ...columns(['USD/MONTH', 'OWNER', 'SOURCE', 'WHERE', 'WHAT'], rows),
    '',
    `About ${usd_per_month.toFixed(2)} USD a month in all. Prices a GiB and month: ${prices
      .map(({ usd_per_gib_month: usd, from }) => `${usd} (${from})`)
      .join(', ')}; those of your regions may differ, and only the bill knows.`,
    '',
  ].join('\n')
}
