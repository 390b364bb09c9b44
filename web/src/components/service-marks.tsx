import type { ServiceSummary } from '../api/services.ts'
import { Icon } from '../ui/icon.tsx'
import { duration } from '../ui/time.tsx'
import { SeverityBadge } from './badges.tsx'
import { OUTCOME, RUNG, RUNGS } from './service-words.ts'

type Marks = ServiceSummary['marks']
type Mark = Marks['three']

const MARKS = [
  { key: 'three', digit: '3', asks: 'three copies with production' },
  { key: 'two', digit: '2', asks: 'two media or systems' },
  { key: 'one', digit: '1', asks: 'one off-site' },
] as const

const SAYS: Record<Mark, string> = { pass: 'yes', fail: 'no', unknown: 'not known' }

/** Full, empty, or dashed: each tells itself without its colour. */
const LOOKS: Record<Mark, string> = {
  pass: 'border-ok bg-ok text-surface',
  fail: 'border-missing text-missing line-through decoration-2',
  unknown: 'border-dashed border-error text-error',
}

/** 3-2-1 as three, two, one marks. */
export function MarkBoxes({ marks }: { marks: Marks }) {
  const words = MARKS.map(({ key, asks }) => `${asks}: ${SAYS[marks[key]]}`).join('; ')
  return (
    <span role="img" aria-label={`3-2-1: ${words}`} title={words} className="inline-flex gap-1">
      {MARKS.map(({ key, digit }) => (
        <span
          key={key}
          className={`grid size-6 place-items-center rounded border-2 text-xs font-bold tabular-nums ${LOOKS[marks[key]]}`}
        >
          {digit}
        </span>
      ))}
    </span>
  )
}

/** The same with words, for a page that has the room. */
export function MarkList({ marks }: { marks: Marks }) {
  return (
    <ul className="space-y-1.5">
      {MARKS.map(({ key, digit, asks }) => (
        <li key={key} className="flex items-center gap-2.5 text-sm">
          <span
            aria-hidden="true"
            className={`grid size-6 shrink-0 place-items-center rounded border-2 text-xs font-bold ${LOOKS[marks[key]]}`}
          >
            {digit}
          </span>
          <span className="first-letter:uppercase">{asks}</span>
          <span className={`ml-auto font-medium whitespace-nowrap ${OUTCOME[marks[key]].text}`}>
            {SAYS[marks[key]]}
          </span>
        </li>
      ))}
    </ul>
  )
}

/** How it stands as a whole: the gravest failure and how many, else what is not known. */
export function OutcomeBadge({ service }: { service: Pick<ServiceSummary, 'outcome' | 'severity'> }) {
  if (service.outcome === 'fail' && service.severity !== null) return <SeverityBadge severity={service.severity} />
  const { label, icon, text, soft } = OUTCOME[service.outcome]
  return (
    <span
      className={`bordered-when-forced inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-sm font-medium whitespace-nowrap ${text} ${soft}`}
    >
      <Icon name={icon} className="size-3.5" />
      {service.outcome === 'pass' ? 'All passes' : label}
    </span>
  )
}

/** The highest rung that is proven, in a line. */
export function LadderLine({ ladder }: { ladder: ServiceSummary['ladder'] }) {
  const height = ladder.rung === null ? 0 : RUNGS.indexOf(ladder.rung) + 1
  return (
    <span className="inline-flex flex-col gap-1" title={ladder.next ? `Next: ${ladder.next.needs}` : undefined}>
      <span className="text-sm">
        {ladder.rung === null ? <span className="text-missing">Nothing</span> : RUNG[ladder.rung]}
        <span className="sr-only">
          {' '}
          ({height} of {RUNGS.length})
        </span>
      </span>
      <svg viewBox="-1 -1 72 8" className="h-2 w-[4.8rem]" aria-hidden="true">
        {RUNGS.map((rung, n) => (
          <rect
            key={rung}
            x={n * 12}
            width="10"
            height="6"
            rx="1.5"
            className={n < height ? 'fill-accent' : 'fill-none stroke-edge'}
          />
        ))}
      </svg>
    </span>
  )
}

/** The target stands at three quarters, so that what is past it can be seen. */
const TARGET_AT = 75

/** How much of a target is used, as a bar beside the words that say it. */
export function TargetBar({ used, target }: { used: number; target: number }) {
  const share = target <= 0 ? 100 : Math.min(100, (used / target) * TARGET_AT)
  const late = used > target
  return (
    <svg viewBox="0 0 100 6" preserveAspectRatio="none" className="block h-1.5 w-full max-w-40" aria-hidden="true">
      <rect width="100" height="6" rx="1" className="fill-raised" />
      <rect width={Math.max(1.5, share)} height="6" rx="1" className={late ? 'fill-missing' : 'fill-ok'} />
      <rect x={TARGET_AT} width="1.5" height="6" className="fill-text" />
    </svg>
  )
}

type Targets = Pick<
  ServiceSummary,
  'age_seconds' | 'copy_counts' | 'rpo_seconds' | 'rpo_outcome' | 'rta_seconds' | 'rto_seconds' | 'rto_outcome'
>

/** The age of the newest proven copy against the RPO. */
export function RpoCell({ service }: { service: Targets }) {
  const { age_seconds: age, rpo_seconds: rpo, copy_counts: copies } = service
  const within = age !== null && rpo !== null && age <= rpo
  return (
    <>
      <Target
        actual={
          age !== null
            ? `${duration(age * 1000)} old`
            : copies.unknown > 0
              ? 'not known'
              : copies.declared > 0
                ? 'not there'
                : 'no copy'
        }
        colour={age === null && copies.unknown > 0 ? 'text-error' : within ? '' : 'font-medium text-missing'}
        used={age}
        target={rpo}
      />
      {within && service.rpo_outcome === 'fail' && (
        <span className="mt-1 block text-xs text-missing">another copy is too old, or too seldom made</span>
      )}
    </>
  )
}

/** How long the last timed restore took against the RTO. */
export function RtoCell({ service }: { service: Targets }) {
  const { rta_seconds: rta, rto_seconds: rto } = service
  return (
    <Target
      actual={rta === null ? 'never timed' : `took ${duration(rta * 1000)}`}
      colour={rta !== null && rto !== null && rta > rto ? 'font-medium text-missing' : rta === null ? 'text-muted' : ''}
      used={rta}
      target={rto}
    />
  )
}

function Target({
  actual,
  colour,
  used,
  target,
}: {
  actual: string
  colour: string
  used: number | null
  target: number | null
}) {
  return (
    <span className="block space-y-1">
      <span className="block text-sm">
        <span className={colour}>{actual}</span>
        <span className="text-xs text-muted">
          {' '}
          {target === null ? 'no target' : `target ${duration(target * 1000)}`}
        </span>
      </span>
      {used !== null && target !== null && <TargetBar used={used} target={target} />}
    </span>
  )
}
