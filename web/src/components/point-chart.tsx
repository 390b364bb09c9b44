import { useMemo, useState } from 'react'
import type { Check, RecoveryPoint } from '../api/client.ts'
import { useNow } from '../clock.ts'
import { Card } from '../ui/page.tsx'
import { PointDrawing } from './point-drawing.tsx'
import { excesses, stretches, usualWindow, WINDOWS } from './point-series.ts'
import { pointsInWords } from './point-words.ts'

const DAY = 86_400_000

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
  const text = pointsInWords(points, from, now, over, thresholdMs, check)
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
        <PointDrawing check={check} points={points} stretches={shown} over={over} from={from} now={now} text={text} />
        <figcaption className="mt-2 text-sm">
          <p>{text}</p>
          <Legend hasThreshold={thresholdMs !== null} />
        </figcaption>
      </figure>
    </Card>
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
