import { afterEach, beforeEach, expect, it } from 'vitest'
import { anInstance } from '../../test/fakes/estate-instance.ts'
import { instant } from '../domain/instant.ts'
import type { Reception } from '../domain/news.ts'
import { claim } from '../jobs/look-loop.ts'
import { type NewsDesk, newsDesk } from './news-desk.ts'

let it_: Awaited<ReturnType<typeof anInstance>>
let desk: NewsDesk
beforeEach(async () => {
  it_ = await anInstance()
  await it_.round()
  await it_.clock.advance(1000)
  desk = newsDesk(it_.context)
})
afterEach(async () => {
  await desk.close()
  await it_.close()
})

let ids = 0
function news(scopes = ['fleet/main'], id = `n${++ids}`): Reception {
  return { outcome: 'news', news: { id, scopes, happenedAt: null, about: 'a job has ended' } }
}
const hear = (...receptions: Reception[]) => Promise.all(receptions.map((one) => desk.take('fleet', 'sns', one)))
const storm = () => hear(...Array.from({ length: 1000 }, () => news()))

/** Takes the scope as a look does, if it is due; the rest of that look. */
async function begin(): Promise<(() => Promise<void>) | null> {
  const lease = await claim(it_.context)
  if (!lease) return null
  return async () => {
    const at = instant(it_.clock.now())
    const nextLookAt = instant(at + 3_600_000)
    await it_.store.write((tx) =>
      tx.finishLook(lease, { at, status: 'complete', tookMs: 0, fault: null, failures: 0, nextLookAt }),
    )
  }
}
async function looks(): Promise<number> {
  let count = 0
  for (let end = await begin(); end; end = await begin()) {
    await end()
    count += 1
  }
  return count
}

it('a thousand news are one look, and one after it', async () => {
  expect(await looks()).toBe(0)
  expect(new Set(await storm())).toEqual(new Set(['accepted']))
  const end = await begin()
  expect(end).not.toBeNull()
  await storm()
  await storm()
  expect(await begin()).toBeNull()
  await end?.()
  expect(await looks()).toBe(1)
})

it('whoever goes on and on gets a look every ten seconds', async () => {
  let count = 0
  for (let second = 0; second < 600; second++) {
    await hear(news(), news())
    count += await looks()
    await it_.clock.advance(1000)
  }
  expect(count).toBeGreaterThanOrEqual(60)
  expect(count).toBeLessThanOrEqual(64)
})

it('one who was quiet for a while is looked at at once', async () => {
  for (let n = 0; n < 20; n++) {
    await hear(news())
    await looks()
  }
  await it_.clock.advance(60_000)
  await looks()
  for (let n = 0; n < 3; n++) {
    await hear(news())
    expect(await looks()).toBe(1)
  }
  await hear(news())
  expect(await looks()).toBe(0)
  await it_.clock.advance(10_000)
  expect(await looks()).toBe(1)
})

it('the same news twice are told once, in one batch and in two', async () => {
  expect((await hear(news(undefined, 'same'), news(undefined, 'same'))).sort()).toEqual(['accepted', 'repeated'])
  expect(await hear(news(undefined, 'same'))).toEqual(['repeated'])
  expect(await desk.take('jobs', 'sns', news(undefined, 'same'))).toBe('accepted')
})

it('what concerns no scope of the configuration has nothing looked at', async () => {
  expect(await hear(news([]), news(['fleet/other']), news(['fleet/other', 'fleet/main']))).toEqual([
    'irrelevant',
    'irrelevant',
    'accepted',
  ])
})

it('a database that takes nothing is said to the sender', async () => {
  it_.store.write = () => Promise.reject(new Error('the disk is full'))
  expect(await hear(news())).toEqual(['unavailable'])
  expect(desk.refused('fleet')).toMatchObject([{ outcome: 'unavailable', detail: 'the disk is full' }])
})

it('keeps the last that were refused, of sources that there are', () => {
  for (let n = 0; n < 50; n++)
    desk.refuse('fleet', { kind: 'sns', outcome: 'forged', detail: `${n}\u202e\n`, remote: null })
  desk.refuse('nobody', { kind: 'sns', outcome: 'unknown', detail: 'x', remote: null })
  expect(desk.refused('fleet')).toHaveLength(20)
  expect(desk.refused('fleet')[0]?.detail).toBe('49\\u202e\\n')
  expect(desk.refused('nobody')).toEqual([])
})
