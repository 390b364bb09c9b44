import type { Check, RecoveryPoint } from '../api/client.ts'
import { plural } from '../ui/text.tsx'
import { duration, short } from '../ui/time.tsx'
import type { Stretch } from './point-series.ts'

/** What the drawing shows, for whoever does not see it. */
export function pointsInWords(
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
