import { type Instant, instant } from '../../domain/instant.ts'
import type { ServiceView } from './estate.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/**
 * Until when, and not at it, nothing that is said of a service can turn without news. All the instants that rules ask for, whatever
 * they make of them: it may be too early, never too late.
 */
export function standsUntil({ service, copies, drills }: ServiceView, now: Instant): Instant {
  let first = Number.MAX_SAFE_INTEGER
  // a limit holds up to and with its instant, a waiver or a lock up to it
  const turn = (at: number | null | undefined) => {
    if (at === null || at === undefined) return
    if (at > now) first = Math.min(first, at)
    else if (at === now) first = Math.min(first, at + 1)
  }
  for (const { copy, checks, recoverableTo } of copies) {
    for (const limitMs of [copy.maxAgeMs, service.rpoMs])
      if (recoverableTo !== null && limitMs !== null) turn(recoverableTo + limitMs)
    for (const { check } of checks) turn(check.immutability?.until)
  }
  for (const { at } of drills) turn(at + service.drillEveryMs)
  for (const { lastRehearsedAt, rehearseEveryMs } of service.keys)
    if (lastRehearsedAt !== null) turn(lastRehearsedAt + rehearseEveryMs)
  for (const { until } of service.waivers) turn(until)
  for (const tuning of Object.values(service.rules)) turn(tuning.until)
  if (service.retention) {
    const period = service.retention.hourly === 0 ? DAY_MS : HOUR_MS
    turn((Math.floor(now / period) + 1) * period)
  }
  return instant(first)
}
