import { useEffect, useRef, useState } from 'react'
import type { Check, RecoveryPoint } from '../api/client.ts'
import { visible } from '../ui/text.tsx'
import { duration, exact, hourOf } from '../ui/time.tsx'
import { type Stretch, ticks } from './point-series.ts'
import { POINT } from './words.ts'

const HEIGHT = 220
const LEFT = 46
/** Room for the words above the line of now. */
const RIGHT = 34
const TOP = 22
const BASE = HEIGHT - 34

/** Where a moment and an age lie in the drawing. */
interface Scale {
  width: number
  from: number
  to: number
  x: (at: number) => number
  y: (age: number) => number
}

/** The age as it grows and falls, what of it is too much, the moments of now and of the deadline, and each point. */
export function PointDrawing({
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
  const oldest = Math.max(0, ...stretches.map((stretch) => stretch.to - stretch.base))
  const top = Math.max((thresholdMs ?? 0) * 1.3, oldest * 1.08, 3_600_000)
  const scale: Scale = {
    width,
    from,
    to,
    x: (at) => LEFT + ((at - from) / (to - from)) * (width - LEFT - RIGHT),
    y: (age) => BASE - (age / top) * (BASE - TOP),
  }
  const drawn = points.filter(({ recoverable_to }) => Date.parse(recoverable_to) >= from)
  const radius = drawn.length > 250 ? 2 : drawn.length > 80 ? 3 : 4.5
  return (
    <div ref={box} className="w-full overflow-hidden">
      <svg width={width} height={HEIGHT} role="img" aria-label={text} className="block text-[11px]">
        <TimeAxis scale={scale} />
        <Ages scale={scale} stretches={stretches} over={over} thresholdMs={thresholdMs} />
        <AgeAxis scale={scale} thresholdMs={thresholdMs} oldest={oldest} />
        <Moments scale={scale} now={now} deadline={deadline} last={stretches.at(-1)} />
        {drawn.map((point) => (
          <Mark
            key={point.id}
            point={point}
            x={scale.x(Math.min(Date.parse(point.recoverable_to), to))}
            radius={radius}
          />
        ))}
      </svg>
    </div>
  )
}

const lineOf =
  ({ x, y }: Scale) =>
  ({ base, from, to }: Stretch) =>
    `M${x(from)} ${y(from - base)}L${x(to)} ${y(to - base)}`

function TimeAxis({ scale: { from, to, width, x } }: { scale: Scale }) {
  return (
    <>
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
    </>
  )
}

function Ages({
  scale,
  stretches,
  over,
  thresholdMs,
}: {
  scale: Scale
  stretches: readonly Stretch[]
  over: readonly Stretch[]
  thresholdMs: number | null
}) {
  const { x, y } = scale
  const line = lineOf(scale)
  return (
    <>
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
    </>
  )
}

function AgeAxis({
  scale: { width, y },
  thresholdMs,
  oldest,
}: {
  scale: Scale
  thresholdMs: number | null
  oldest: number
}) {
  return (
    <>
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
    </>
  )
}

function Moments({
  scale,
  now,
  deadline,
  last,
}: {
  scale: Scale
  now: number
  deadline: number | null
  last: Stretch | undefined
}) {
  const { from, to, width, x } = scale
  const projectedTo = last && deadline !== null && deadline > now ? Math.min(deadline, to) : null
  return (
    <>
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
          d={lineOf(scale)({ base: last.base, from: now, to: projectedTo })}
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
    </>
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
