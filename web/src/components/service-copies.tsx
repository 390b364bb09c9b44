import { Link } from '@tanstack/react-router'
import type { Service, ServiceCopy } from '../api/services.ts'
import { Icon } from '../ui/icon.tsx'
import { Card } from '../ui/page.tsx'
import { Outside, plural } from '../ui/text.tsx'
import { Ago, duration, exact, Sentence } from '../ui/time.tsx'
import { StatusBadge } from './badges.tsx'
import { Standing } from './domain-map.tsx'
import { typeLabel } from './words.ts'

/** Each copy with what proves it. */
export function CopyList({ service }: { service: Service }) {
  if (service.copies.length === 0) return null
  return (
    <Card title={plural(service.copies.length, 'copy', 'copies')} flush>
      <ul className="divide-y divide-line border-t border-line">
        {service.copies.map((copy, n) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: copies have no names of their own, and stand in the order of the file
          <li key={n} className="space-y-1.5 px-4 py-3">
            <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
              <h3 className="min-w-0 font-semibold">
                <Outside>{copy.title}</Outside>
              </h3>
              <Standing copy={copy} />
            </div>
            {copy.why !== null && (
              <p className="text-sm">
                <Sentence>{`${copy.why.charAt(0).toUpperCase()}${copy.why.slice(1)}.`}</Sentence>
              </p>
            )}
            {copy.contradictions.map(({ kind, declared, real }) => (
              <p key={kind} className="flex gap-1.5 text-sm text-missing">
                <Icon name="stale" className="mt-1 size-3.5" />
                <span className="min-w-0">
                  Declared to be in {kind} <Outside>{declared}</Outside>, and really in <Outside>{real}</Outside>.
                </span>
              </p>
            ))}
            <Traits copy={copy} />
            <Checks copy={copy} />
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Traits({ copy }: { copy: ServiceCopy }) {
  const limit = copy.max_age_seconds === null ? null : `at most ${duration(copy.max_age_seconds * 1000)} old`
  const declared = [
    limit,
    copy.encryption === null ? null : copy.encryption === 'none' ? 'not encrypted' : `encrypted: ${copy.encryption}`,
    copy.keys.length > 0 ? `${copy.keys.length === 1 ? 'key' : 'keys'}: ${copy.keys.join(', ')}` : null,
    copy.immutable ? 'declared immutable' : null,
    copy.offline ? 'declared offline' : null,
  ].filter((trait) => trait !== null)
  if (declared.length === 0) return null
  return (
    <ul className="flex flex-wrap gap-1.5 text-xs">
      {declared.map((trait) => (
        <li key={trait} className="max-w-full rounded bg-raised px-1.5 py-0.5">
          <Outside>{trait}</Outside>
        </li>
      ))}
    </ul>
  )
}

const FEW = 8

function Checks({ copy }: { copy: ServiceCopy }) {
  if (copy.checks.length === 0)
    return copy.bound_to === null ? (
      <p className="text-xs text-muted">It names no check: bind one by check: or tags:.</p>
    ) : (
      <p className="text-xs text-muted">
        Proven by: <Outside className="font-mono">{copy.bound_to}</Outside> (nothing is called so)
      </p>
    )
  const shown = copy.checks.slice(0, FEW)
  return (
    <ul className="space-y-1 text-sm">
      {shown.map((check) => (
        <li key={check.id} className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <StatusBadge status={check.status} />
          <Link to="/check" search={{ id: check.id }} className="min-w-0 text-accent underline underline-offset-2">
            <Outside>{check.id}</Outside>
          </Link>
          <span className="text-xs text-muted">
            <Outside>{typeLabel(check.type)}</Outside>
            {check.recoverable_to !== null && (
              <>
                , newest <Ago at={check.recoverable_to} />
              </>
            )}
            {check.locked && (
              <>
                , locked: <Outside>{check.locked.how}</Outside>
                {check.locked.until !== null && ` until ${exact(check.locked.until)}`}
              </>
            )}
          </span>
        </li>
      ))}
      {copy.check_count > shown.length && (
        <li className="text-xs text-muted">
          and {plural(copy.check_count - shown.length, 'more check')}
          {copy.bound_to !== null && (
            <>
              {' '}
              named by <Outside className="font-mono">{copy.bound_to}</Outside>
            </>
          )}
        </li>
      )}
    </ul>
  )
}
