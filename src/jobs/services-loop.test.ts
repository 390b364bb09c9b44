import { afterEach, beforeEach, expect, test } from 'vitest'
import { anInstance, HOUR } from '../../test/fakes/estate-instance.ts'
import { aService } from '../../test/fakes/services.ts'
import type { ConfiguredService } from '../config/config.ts'
import { instant } from '../domain/instant.ts'
import { Bell } from '../lib/bell.ts'
import { runServicesLoop } from './services-loop.ts'

const at = { file: 'backproof.yaml', line: 1, column: 1 }
const shop = (parts: Partial<ConfiguredService> = {}): ConfiguredService => ({ ...aService('shop', parts), at })

let it_: Awaited<ReturnType<typeof anInstance>>
let end: AbortController
let loop: Promise<void>
const bell = new Bell()
beforeEach(async () => {
  it_ = await anInstance()
  it_.estate.set('web', [0])
  await it_.configure({ services: [shop()] })
  end = new AbortController()
  loop = runServicesLoop({ ...it_.context, onChecks: () => bell.ring() }, bell, end.signal)
})
afterEach(async () => {
  end.abort()
  await loop
  await it_.close()
})

const judgedAt = async () => Number(await it_.store.read.value('services-judged-at'))
/** Lets the loop come to where it waits; then moves time on by steps. */
async function pass(ms: number, step = 1000): Promise<void> {
  for (let gone = 0; gone < ms; gone += step) {
    await expect.poll(() => it_.clock.wakeups.length).toBeGreaterThan(0)
    await it_.clock.advance(step)
  }
  await expect.poll(() => it_.clock.wakeups.length).toBeGreaterThan(0)
}

test('judges seconds after the first looks, after a ring, and when a waiver ends', async () => {
  await pass(30_000)
  expect(await judgedAt()).toBe(0)
  await it_.round()
  bell.ring()
  await pass(15_000)
  const first = await judgedAt()
  expect(it_.clock.now() - first).toBeLessThan(15_000)
  expect((await it_.round()).sort()).toContain('opened SERVICE_OWNERSHIP warning shop')

  const until = instant(it_.clock.now() + 200_000)
  await it_.configure({ services: [shop({ waivers: [{ rule: 'ownership', reason: 'r', owner: 'o', until }] })] })
  bell.ring()
  await pass(6000)
  expect(await it_.round()).toEqual(['resolved SERVICE_OWNERSHIP warning shop'])
  await pass(180_000)
  expect(await it_.round()).toEqual([])
  await pass(30_000)
  expect(await it_.round()).toEqual(['opened SERVICE_OWNERSHIP warning shop'])
  // nothing is due: it comes round every five minutes
  const last = await judgedAt()
  await pass(4 * 60_000, 10_000)
  expect(await judgedAt()).toBe(last)
  await pass(2 * 60_000, 10_000)
  expect(await judgedAt()).toBeGreaterThan(last)
})

test('goes on after a database that could not be read, and while another worker judges', async () => {
  await it_.round()
  await it_.store.write((tx) => tx.takeLease('services', 'another', instant(it_.clock.now()), HOUR / 100))
  await pass(20_000)
  expect(await judgedAt()).toBe(0)
  await pass(40_000)
  expect(await judgedAt()).toBeGreaterThan(0)
})

test('says so while services can not be judged for long, and when they can be again', async () => {
  end.abort()
  await loop
  end = new AbortController()
  const told: (string | null)[] = []
  let isBroken = true
  const { store } = it_.context
  const read = {
    ...store.read,
    newestStatusChange: () =>
      isBroken ? Promise.reject(new Error('statement timeout')) : store.read.newestStatusChange(),
  }
  const context = { ...it_.context, store: { ...store, read } }
  loop = runServicesLoop(context, bell, end.signal, (trouble) => told.push(trouble))
  await pass(4 * 60_000)
  expect(told).toEqual([])
  await pass(90_000)
  expect(new Set(told)).toEqual(new Set(['services can not be judged: statement timeout']))
  isBroken = false
  await it_.round()
  await pass(30_000)
  expect(told.at(-1)).toBeNull()
})
