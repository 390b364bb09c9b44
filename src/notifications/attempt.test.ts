import { describe, expect, it } from 'vitest'
import { aNotification, NOW } from '../../test/fakes/notification.ts'
import { instant, plus } from '../domain/instant.ts'
import type { Delivery, DeliveryResult } from '../domain/notification.ts'
import { afterAttempt, isHeldBack } from './attempt.ts'
import { delivery } from './group.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const fresh = (key = 'k1') => delivery('mail', aNotification({ key }))
const retry: DeliveryResult = { outcome: 'retry', reason: 'it refuses connections' }

/** The waits until the delivery is dead, when each attempt is made as soon as it may be. */
function waits(start: Delivery): number[] {
  const out: number[] = []
  let now = start.nextAttemptAt
  for (let current = start; current.state === 'pending'; ) {
    current = afterAttempt(current, retry, now)
    if (current.state === 'pending') out.push(current.nextAttemptAt - now)
    now = current.nextAttemptAt
  }
  return out
}

describe('afterAttempt', () => {
  it('finishes what was delivered, with the note where not everyone was reached', () => {
    const before = afterAttempt(fresh(), retry, NOW)
    expect(afterAttempt(before, { outcome: 'delivered' }, NOW)).toMatchObject({
      state: 'delivered',
      attempts: 2,
      finishedAt: NOW,
      lastError: null,
    })
    expect(afterAttempt(fresh(), { outcome: 'delivered', note: 'not b' }, NOW).lastError).toBe('not b')
  })

  it('gives up at once what was rejected', () => {
    expect(afterAttempt(fresh(), { outcome: 'rejected', reason: '404' }, NOW)).toMatchObject({
      state: 'dead',
      attempts: 1,
      finishedAt: NOW,
      lastError: '404',
    })
  })

  it('tries again after 10 s, doubling to 1 h, within 20 %', () => {
    const all = waits(fresh())
    for (const [index, wait] of all.entries()) {
      const plain = Math.min(10_000 * 2 ** index, HOUR)
      expect(wait).toBeGreaterThanOrEqual(plain * 0.8)
      expect(wait).toBeLessThanOrEqual(plain * 1.2)
    }
  })

  it('gives up after 3 days, keeping the last error', () => {
    const total = waits(fresh()).reduce((sum, wait) => sum + wait, 0)
    expect(total).toBeGreaterThan(3 * DAY - 2 * HOUR)
    expect(total).toBeLessThan(3 * DAY + 2 * HOUR)
    const old = { ...fresh(), attempts: 80 }
    expect(afterAttempt(old, retry, plus(NOW, 3 * DAY))).toMatchObject({
      state: 'dead',
      lastError: 'it refuses connections',
    })
    expect(afterAttempt(old, retry, plus(NOW, 3 * DAY - 1)).state).toBe('pending')
  })

  it('still tries a few times what has waited for days behind others', () => {
    const late = { ...fresh(), nextAttemptAt: plus(NOW, 10 * DAY) }
    expect(waits(late)).toHaveLength(4)
  })

  it('spreads deliveries that failed together, the same way each time', () => {
    const firsts = Array.from({ length: 50 }, (_, index) => waits(fresh(`key-${index}`))[0] ?? 0)
    expect(new Set(firsts).size).toBeGreaterThan(45)
    expect(Math.max(...firsts) - Math.min(...firsts)).toBeGreaterThan(3000)
    expect(waits(fresh('key-7'))[0]).toBe(firsts[7])
  })

  it.each<[string, number, number, number]>([
    ['later than the backoff', 5 * MINUTE, 5 * MINUTE, 5 * MINUTE],
    ['sooner than the backoff', 1000, 8000, 12_000],
    ['in the past', -DAY, 8000, 12_000],
    ['beyond a day', 30 * DAY, DAY, DAY],
  ])('respects when the receiver asks to be called again: %s', (_, asked, least, most) => {
    const result: DeliveryResult = { outcome: 'retry', reason: '429', notBefore: plus(NOW, asked) }
    const wait = afterAttempt(fresh(), result, NOW).nextAttemptAt - NOW
    expect(wait).toBeGreaterThanOrEqual(least)
    expect(wait).toBeLessThanOrEqual(most)
  })

  it.each([
    ['one that was never tried', fresh(), -DAY, false],
    ['before its time', afterAttempt(fresh(), retry, NOW), 5000, true],
    ['when its time has come', afterAttempt(fresh(), retry, NOW), 12_000, false],
    [
      'by a worker whose clock is a little behind that of the one that tried',
      afterAttempt(fresh(), retry, NOW),
      -5000,
      true,
    ],
    ['by a clock that was put back', afterAttempt(fresh(), retry, NOW), -2 * MINUTE, false],
    ['by one that was put back by much', afterAttempt(fresh(), retry, NOW), -20 * 3_600_000, false],
  ])('says whether a message waits: %s', (_, delivery, later, expected) => {
    expect(isHeldBack(delivery, instant(NOW + later))).toBe(expected)
  })

  it('bears a clock that has jumped back', () => {
    const next = afterAttempt(fresh(), retry, instant(NOW - 30 * DAY))
    expect(next.state).toBe('pending')
    expect(next.nextAttemptAt).toBeLessThan(NOW)
  })
})
