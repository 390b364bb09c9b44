import { useNow } from '../clock.ts'
import { visible } from './text.tsx'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** "26 h 5 min", "3 d 4 h": two units at most, and hours up to two days, since thresholds are counted so. */
export function duration(ms: number): string {
  const rest = Math.max(0, ms)
  if (rest < MINUTE) return `${Math.floor(rest / SECOND)} s`
  if (rest < HOUR) return `${Math.floor(rest / MINUTE)} min`
  if (rest < 2 * DAY) return two(Math.floor(rest / HOUR), 'h', Math.floor((rest % HOUR) / MINUTE), 'min')
  return two(Math.floor(rest / DAY), 'd', Math.floor((rest % DAY) / HOUR), 'h')
}

const two = (large: number, unit: string, small: number, smallUnit: string) =>
  small === 0 || large >= 10 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`

/** "5 min ago", "in 3 h", "just now", "in a moment": clocks that differ by seconds make no future of the past. */
function relative(at: number, now: number): string {
  const ms = now - at
  if (ms < -MINUTE) return `in ${duration(-ms)}`
  if (ms < -5 * SECOND) return 'in a moment'
  return ms < 10 * SECOND ? 'just now' : `${duration(ms)} ago`
}

const EXACT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' })
const SHORT = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})
const HOUR_ONLY = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })

/** "20 Nov 2026, 13:00:00 CET", in the time zone of the reader. */
export const exact = (at: string | number): string => EXACT.format(new Date(at))
export const short = (at: string | number): string => SHORT.format(new Date(at))
export const hourOf = (at: number): string => HOUR_ONLY.format(new Date(at))
export const clockTime = (at: string | number): string => CLOCK.format(new Date(at))

/** A moment as relative time that goes on; the exact one shows on hover, and to screen readers as the title. */
export function Ago({ at, className }: { at: string; className?: string }) {
  const text = useNow((now) => relative(Date.parse(at), now))
  return (
    <time dateTime={at} title={exact(at)} className={className}>
      {text}
    </time>
  )
}

/** How long something has been going on. */
export function Lasting({ since }: { since: string }) {
  const text = useNow((now) => duration(now - Date.parse(since)))
  return (
    <time dateTime={since} title={`since ${exact(since)}`}>
      for {text}
    </time>
  )
}

/** A moment as it stands in the calendar, the relative one on hover. */
export function Exact({ at, className }: { at: string; className?: string }) {
  const text = useNow((now) => relative(Date.parse(at), now))
  return (
    <time dateTime={at} title={text} className={className}>
      {exact(at)}
    </time>
  )
}

/** "1.5 s", "350 ms" */
export const took = (seconds: number): string =>
  seconds < 1 ? `${Math.round(seconds * 1000)} ms` : seconds < 60 ? `${seconds.toFixed(1)} s` : duration(seconds * 1000)

const INSTANT = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/

/** A sentence of the server's: what is UTC in it, told in the time zone of the reader (the original on hover). */
export function Sentence({ children, className = '' }: { children: string; className?: string }) {
  return (
    <bdi className={`anywhere ${className}`}>
      {children.split(INSTANT).map((part, n) =>
        n % 2 === 1 && !Number.isNaN(Date.parse(part)) ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text
          <time key={n} dateTime={part} title={part}>
            {short(part)}
          </time>
        ) : (
          visible(part)
        ),
      )}
    </bdi>
  )
}
