import { useEffect, useMemo, useRef, useState } from 'react'
import type { Check, RecoveryPoint } from '../api/client.ts'
import { useNow } from '../clock.ts'
import { Card } from '../ui/page.tsx'
import { plural, visible } from '../ui/text.tsx'
import { duration, exact, hourOf, short } from '../ui/time.tsx'
import { excesses, type Stretch, stretches, ticks, usualWindow, WINDOWS } from './point-series.ts'
import { POINT } from './words.ts'

const DAY = 86_400_000
const HEIGHT = 220
const LEFT = 46
/** Room for the words above the line of now. */
const RIGHT = 34
const TOP = 22
const BASE = HEIGHT - 34

/**
 * How old the newest good recovery point was, all along: it grows, and falls with each new point. Where it passes the
 * dashed line, nobody could have gone back as near as was asked for.
 */
export function PointChart({ check, points }: { check: Check; points: readonly RecoveryPoint[] }) {
  // once a minute is enough, and draws nothing in between
  const now = useNow((at) => Math.ceil(at / 60_000) * 60_000)
  const thresholdMs = check.threshold_seconds === null ? null : check.threshold_seconds * 1000
  const newest = check.last_recovery_point_at === null ? null : Date.parse(check.last_recovery_point_at)
  const [days, setDays] = useState(() => usualWindow(thresholdMs, newest === null ? null : now - newest))
  const from = now - days * DAY
  const series = useMemo(() => stretches(points, now), [points, now])
  const shown = series
    .filter(({ to }) => to > from)
    .map((stretch) => ({ ...stretch, from: Math.max(stretch.from, from) }))
  const over = excesses(shown, thresholdMs)
  const text = inWords(points, from, now, over, thresholdMs, check)
  return (
    <Card
      title="Recovery points"
      aside={
        <label className="text-sm text-muted">
          Shown:{' '}
          <select
            className="rounded-md border border-edge/60 bg-surface px-2 py-1 text-text"
            value={days}
            onChange={(event) => setDays(Number(event.target.value))}
          >
            {WINDOWS.map((window) => (
              <option key={window.days} value={window.days}>
                {window.label}
              </option>
            ))}
          </select>
        </label>
      }
    >
      <figure>
        <Drawing check={check} points={points} stretches={shown} over={over} from={from} now={now} text={text} />
        <figcaption className="mt-2 text-sm">
          <p>{text}</p>
          <Legend hasThreshold={thresholdMs !== null} />
        </figcaption>
      </figure>
    </Card>
  )
}

function inWords(
  points: readonly RecoveryPoint[],
  from: number,
  now: number,
  over: readonly Stretch[],
  thresholdMs: number | null,
  check: Check,
): string {
  const good = points.filter(({ state, recoverable_to }) => state === 'complete' && Date.parse(recoverable_to) >= from)
  const sentences = [`${plural(good.length, 'good recovery point')} in ${duration(now - from)}.`]
  const worst = over.reduce<Stretch | null>((a, b) => (a && a.to - a.from >= b.to - b.from ? a : b), null)
  if (thresholdMs !== null && worst) {
    const when = worst.to >= now ? 'until now' : `until ${short(worst.to)}`
    const by = duration(worst.to - worst.base - thresholdMs)
    sentences.push(
      over.length === 1
        ? `Once the newest one got older than ${duration(thresholdMs)}: by ${by}, ${when}.`
        : `${over.length} times the newest one got older than ${duration(thresholdMs)}: at most by ${by}, ${when}.`,
    )
  } else if (thresholdMs !== null && good.length > 0)
    sentences.push(`The newest one was never older than ${duration(thresholdMs)}.`)
  if (check.deadline_at !== null) {
    const left = Date.parse(check.deadline_at) - now
    sentences.push(
      left > 0 ? `The next one is needed within ${duration(left)}.` : `The next one was needed ${duration(-left)} ago.`,
    )
  }
  return sentences.join(' ')
}

function Drawing({
  check,
  points,
  stretches,
  over,
  from,
  now,
  text,
}: {
  check: Check
  points: readonly RecoveryPoint[]
  stretches: readonly Stretch[]
  over: readonly Stretch[]
  from: number
  now: number
  text: string
}) {
  const { box, width } = useWidth()
  const thresholdMs = check.threshold_seconds === null ? null : check.threshold_seconds * 1000
  const deadline = check.deadline_at === null ? null : Date.parse(check.deadline_at)
  const span = now - from
  // a deadline far ahead must not press everything else together
  const ahead = deadline !== null && deadline > now ? Math.min(deadline - now, span / 3) : 0
  const to = now + ahead + span * 0.04
  const x = (at: number) => LEFT + ((at - from) / (to - from)) * (width - LEFT - RIGHT)
  const oldest = Math.max(0, ...stretches.map((stretch) => stretch.to - stretch.base))
  const top = Math.max((thresholdMs ?? 0) * 1.3, oldest * 1.08, 3_600_000)
  const y = (age: number) => BASE - (age / top) * (BASE - TOP)
  const line = ({ base, from, to }: Stretch) => `M${x(from)} ${y(from - base)}L${x(to)} ${y(to - base)}`
  const last = stretches.at(-1)
  const projectedTo = last && deadline !== null && deadline > now ? Math.min(deadline, to) : null
  const drawn = points.filter(({ recoverable_to }) => Date.parse(recoverable_to) >= from)
  const radius = drawn.length > 250 ? 2 : drawn.length > 80 ? 3 : 4.5

  return (
    <div ref={box} className="w-full overflow-hidden">
      <svg width={width} height={HEIGHT} role="img" aria-label={text} className="block text-[11px]">
        {ticks(from, to, Math.max(2, Math.floor((width - LEFT) / 84))).map(({ at, isDay }) => (
          <g key={at}>
            <line x1={x(at)} x2={x(at)} y1={TOP} y2={BASE} className="stroke-line" />
            <text x={x(at)} y={HEIGHT - 6} textAnchor="middle" className="fill-muted">
              {isDay ? DAY_TICK.format(at) : hourOf(at)}
            </text>
          </g>
        ))}
        <line x1={LEFT} x2={width - RIGHT} y1={BASE} y2={BASE} className="stroke-edge" />
        <text x={LEFT - 6} y={BASE + 4} textAnchor="end" className="fill-muted">
          0
        </text>

        {stretches.map((stretch) => (
          <path
            key={stretch.from}
            d={`${line(stretch)}L${x(stretch.to)} ${BASE}L${x(stretch.from)} ${BASE}Z`}
            className="fill-accent/12"
          />
        ))}
        {thresholdMs !== null &&
          over.map((stretch) => (
            <path
              key={stretch.from}
              d={`${line(stretch)}L${x(stretch.to)} ${y(thresholdMs)}L${x(stretch.from)} ${y(thresholdMs)}Z`}
              className="fill-missing/35"
            />
          ))}
        <path d={stretches.map(line).join('')} fill="none" strokeWidth="1.5" className="stroke-accent" />
        <path d={over.map(line).join('')} fill="none" strokeWidth="2" className="stroke-missing" />
        {over.map((stretch) => (
          <line
            key={stretch.from}
            x1={x(stretch.from)}
            x2={x(stretch.to)}
            y1={BASE}
            y2={BASE}
            strokeWidth="5"
            className="stroke-missing"
          />
        ))}

        {oldest > 1.4 * (thresholdMs ?? 0) && (
          <text x={LEFT - 6} y={y(oldest) + 4} textAnchor="end" className="fill-muted">
            {brief(oldest)}
          </text>
        )}
        {thresholdMs !== null && (
          <>
            <line
              x1={LEFT}
              x2={width - RIGHT}
              y1={y(thresholdMs)}
              y2={y(thresholdMs)}
              strokeDasharray="6 4"
              className="stroke-text"
            />
            <text x={LEFT - 6} y={y(thresholdMs) + 4} textAnchor="end" className="fill-text font-semibold">
              {brief(thresholdMs)}
            </text>
          </>
        )}
        <line x1={x(now)} x2={x(now)} y1={TOP - 4} y2={BASE} className="stroke-text" />
        <text
          x={x(now)}
          y={12}
          textAnchor={deadline !== null && deadline < now ? 'start' : 'end'}
          className="fill-text font-semibold"
        >
          now
        </text>
        {last && projectedTo !== null && (
          <path
            d={line({ base: last.base, from: now, to: projectedTo })}
            fill="none"
            strokeDasharray="3 3"
            strokeWidth="1.5"
            className="stroke-accent"
          />
        )}
        {deadline !== null && deadline >= from && deadline <= to && (
          <>
            <line
              x1={x(deadline)}
              x2={x(deadline)}
              y1={TOP - 4}
              y2={BASE}
              strokeDasharray="2 3"
              className="stroke-text"
            />
            <text
              x={deadline < now ? x(deadline) : Math.max(x(now) + 6, Math.min(x(deadline) - 26, width - 54))}
              y={12}
              textAnchor={deadline < now ? 'end' : 'start'}
              className="fill-text font-semibold"
            >
              deadline
            </text>
          </>
        )}
        {drawn.map((point) => (
          <Mark key={point.id} point={point} x={x(Math.min(Date.parse(point.recoverable_to), to))} radius={radius} />
        ))}
      </svg>
    </div>
  )
}

/** For the axis: the larger unit alone. */
const brief = (ms: number) => duration(ms).split(' ').slice(0, 2).join(' ')

const DAY_TICK = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })

function Mark({ point, x, radius }: { point: RecoveryPoint; x: number; radius: number }) {
  const what = point.gone_at === null ? POINT[point.state] : `Gone since ${exact(point.gone_at)}`
  const title = (
    <title>{`${exact(point.recoverable_to)}: ${what}${point.problem ? `, ${visible(point.problem)}` : ''}`}</title>
  )
  if (point.state !== 'complete')
    return (
      <path
        d={`M${x - radius} ${BASE - radius}l${2 * radius} ${2 * radius}m0 ${-2 * radius}l${-2 * radius} ${2 * radius}`}
        strokeWidth="2"
        className="stroke-failed"
      >
        {title}
      </path>
    )
  return (
    <circle
      cx={x}
      cy={BASE}
      r={radius}
      strokeWidth={point.gone_at === null ? 1 : 1.5}
      className={point.gone_at === null ? 'fill-accent stroke-surface' : 'fill-surface stroke-accent'}
    >
      {title}
    </circle>
  )
}

function Legend({ hasThreshold }: { hasThreshold: boolean }) {
  return (
    <ul className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-xs text-muted" aria-hidden="true">
      <li className="flex items-center gap-1.5">
        <svg aria-hidden="true" width="12" height="12">
          <circle cx="6" cy="6" r="4.5" className="fill-accent" />
        </svg>
        good
      </li>
      <li className="flex items-center gap-1.5">
        <svg aria-hidden="true" width="12" height="12">
          <circle cx="6" cy="6" r="4.5" strokeWidth="1.5" className="fill-surface stroke-accent" />
        </svg>
        gone since
      </li>
      <li className="flex items-center gap-1.5">
        <svg aria-hidden="true" width="12" height="12">
          <path d="M2 2l8 8m0-8l-8 8" strokeWidth="2" className="stroke-failed" />
        </svg>
        not good
      </li>
      <li className="flex items-center gap-1.5">
        <svg aria-hidden="true" width="16" height="12">
          <path d="M1 11L15 2" strokeWidth="1.5" className="stroke-accent" />
        </svg>
        age of the newest good one
      </li>
      {hasThreshold && (
        <li className="flex items-center gap-1.5">
          <svg aria-hidden="true" width="16" height="12">
            <path d="M1 11L15 2V11Z" className="fill-missing/35" />
            <path d="M1 11L15 2" strokeWidth="2" className="stroke-missing" />
          </svg>
          older than the threshold
        </li>
      )}
    </ul>
  )
}

function useWidth() {
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(640)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new ResizeObserver(() => setWidth(Math.max(240, element.clientWidth)))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return { box, width }
}
