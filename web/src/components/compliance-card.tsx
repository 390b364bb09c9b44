import { useCompliance } from '../api/queries.ts'
import { INCIDENT } from './words.ts'

/** The share of what is as it should be, of each source that can say how its backups are kept. */
export function ComplianceCard() {
  const items = useCompliance().data?.items ?? []
  if (items.length === 0) return null
  return (
    <section aria-label="Compliance" className="rounded-xl border border-line bg-surface px-3.5 py-2.5">
      <ul className="space-y-1 text-sm">
        {items.map(({ source, rate, kept, well, backed_up: backedUp, good, conditions }) => {
          const failing = conditions.filter(({ fail }) => fail > 0)
          return (
            <li key={source} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
              <span className="font-medium">{source}</span>
              <span className="text-lg font-semibold tabular-nums">{percent(rate)}</span>
              <span className="text-muted">
                compliant: {well} of {kept} vaults and plans as they should be, {good} of {backedUp} resources backed up
              </span>
              {failing.length > 0 && (
                <span className="text-muted">
                  {failing.map(({ type, fail }) => `${INCIDENT[type]}: ${fail}`).join(' · ')}
                </span>
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

/** Never 100 % where anything is amiss. */
const percent = (rate: number): string => `${Math.floor(rate * 100)} %`
