import type { ServiceSummary } from '../api/services.ts'
import { Icon } from '../ui/icon.tsx'
import { Outside } from '../ui/text.tsx'
import { Ago } from '../ui/time.tsx'
import { RUNG, RUNGS } from './service-words.ts'

/** How far recovery is proven, rung by rung, and what the next takes. */
export function Ladder({ ladder }: { ladder: ServiceSummary['ladder'] }) {
  const height = ladder.rung === null ? 0 : RUNGS.indexOf(ladder.rung) + 1
  return (
    <div>
      <ol aria-label="How far recovery is proven" className="grid grid-cols-3 gap-1.5 sm:grid-cols-6">
        {RUNGS.map((rung, n) => (
          <li
            key={rung}
            aria-current={n === height - 1 ? 'step' : undefined}
            className={`flex items-center gap-1.5 rounded-md border px-2 py-1.5 text-xs ${n < height ? 'border-ok bg-ok-soft font-medium text-ok' : 'border-dashed border-edge text-muted'}`}
          >
            <Icon name={n < height ? 'ok' : 'missing'} className="size-3.5" />
            {RUNG[rung]}
            <span className="sr-only">{n < height ? ': proven' : ': not proven'}</span>
          </li>
        ))}
      </ol>
      <p className="mt-1.5 text-sm text-muted">
        {ladder.rung === null ? (
          'Nothing is proven.'
        ) : (
          <>
            Proven up to “{RUNG[ladder.rung]}”
            {ladder.since !== null && (
              <>
                , <Ago at={ladder.since} />
              </>
            )}
            .
          </>
        )}
        {ladder.next && (
          <>
            {' '}
            For “{RUNG[ladder.next.rung]}” it takes <Outside>{ladder.next.needs}</Outside>.
          </>
        )}
      </p>
    </div>
  )
}
