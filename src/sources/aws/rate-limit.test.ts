import { expect, it } from 'vitest'
import { FakeClock } from '../../../test/fakes/clock.ts'
import { EC2_BUCKET, RateLimit } from './rate-limit.ts'

/** What Amazon allows: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html */
const PUBLISHED = { size: 100, refillPerSecond: 20 }

it('lets a burst through, then as many a second as are refilled; always less than half of what Amazon allows', async () => {
  const clock = new FakeClock('2026-11-20T12:00:00Z')
  const limit = new RateLimit(EC2_BUCKET, clock)
  const start = clock.now()
  const sentAt: number[] = []
  const sending = Array.from({ length: 200 }, async () => {
    await limit.take()
    sentAt.push(clock.now() - start)
  })
  while (sentAt.length < 200) await clock.advance(50)
  await Promise.all(sending)
  expect(sentAt.filter((at) => at === 0 || at === 50).length).toBeLessThanOrEqual(51)
  expect(sentAt.at(-1)).toBe(15_000)
  for (const at of sentAt) {
    const sent = sentAt.filter((other) => other <= at).length
    expect(sent).toBeLessThanOrEqual((PUBLISHED.size + (PUBLISHED.refillPerSecond * at) / 1000) / 2 + 1)
  }
})

it('ends its waiting when nobody wants it any more, and is not confused by a clock that jumps back', async () => {
  const clock = new FakeClock('2026-11-20T12:00:00Z')
  const limit = new RateLimit({ size: 1, refillPerSecond: 1 }, clock)
  await limit.take()
  await clock.advance(-3_600_000)
  const controller = new AbortController()
  const waiting = limit.take(controller.signal)
  expect(clock.wakeups).toEqual([clock.now() + 1000])
  controller.abort()
  await waiting
  expect(clock.wakeups).toEqual([])
})
