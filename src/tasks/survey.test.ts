import { afterEach, beforeEach, expect, test } from 'vitest'
import type { TestApi } from '../../test/fakes/api.ts'
import { startServiceApi } from '../../test/fakes/service-api.ts'
import { aSoundService } from '../../test/fakes/services.ts'
import type { Config } from '../config/config.ts'
import type { Reader } from '../store/store.ts'
import { estateKeeper } from './keep-estate.ts'
import { type Surveyor, surveyor } from './survey.ts'

const { service, checks } = aSoundService()
let api: TestApi
let config: Config
let reads: number
let fails: string | null
let held: Promise<void>
let services: Surveyor
const warned: string[] = []

beforeEach(async () => {
  api = await startServiceApi([service], checks)
  config = api.context.config()
  reads = 0
  fails = null
  held = Promise.resolve()
  // the store as it is, but for a count of who reads it, and a fault
  const read: Reader = {
    ...api.store.read,
    async scopes() {
      reads += 1
      await held
      if (fails !== null) throw new Error(fails)
      return api.store.read.scopes()
    },
  }
  const log = { debug() {}, info() {}, error() {}, warn: (_: object, message: string) => void warned.push(message) }
  services = surveyor({
    keeper: estateKeeper({ store: { read }, config: () => config, clock: api.clock }, false),
    config: () => config,
    clock: api.clock,
    log,
  })
})
afterEach(() => api[Symbol.asyncDispose]())

test('whoever asks at one time, and within moments, hears of one survey', async () => {
  const [a, b] = await Promise.all([services.survey(), services.survey()])
  expect(a).toBe(b)
  expect(await services.survey()).toBe(a)
  expect(reads).toBe(1)
  expect(a.services.map(({ view }) => view.service.name)).toEqual(['shop'])
  // the points were read for the rules, and are not kept
  expect(a.services[0]?.view.copies[0]?.checks[0]?.points).toBeNull()
})

test('an old one is answered while the next is made, a very old one never', async () => {
  const first = await services.survey()
  await api.clock.advance(10_000)
  expect(await services.survey()).toBe(first)
  await expect.poll(() => services.survey()).not.toBe(first)
  expect(reads).toBe(2)
  await api.clock.advance(600_000)
  expect((await services.survey()).at).toBe(api.clock.now())
})

test('a clock that has jumped back makes nothing young again', async () => {
  await services.survey()
  await api.clock.advance(-3_600_000)
  expect((await services.survey()).at).toBe(api.clock.now())
})

test('a new configuration is seen at once, also by who asked while the old one was read', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  held = promise
  const old = services.survey()
  await expect.poll(() => reads).toBe(1)
  config = { ...config, services: [] }
  services.forget()
  const next = services.survey()
  resolve()
  expect((await next).services).toEqual([])
  expect((await old).services).toHaveLength(1)
  expect((await services.survey()).services).toEqual([])
})

test('what fails is told, and tried again', async () => {
  fails = 'the disk is gone'
  await expect(services.survey()).rejects.toThrow('the disk is gone')
  fails = null
  await services.survey()
  fails = 'the disk is gone again'
  await api.clock.advance(10_000)
  await services.survey()
  await expect.poll(() => warned).toEqual(['the services could not be surveyed'])
})

test('says what was never looked at', async () => {
  await api.store.write(async (tx) => {
    const scopes = ['near/a', 'near/b'].map((id) => ({ id, source: 'near', name: id }))
    await tx.declareScopes(scopes, ['near'], (await services.survey()).at)
  })
  services.forget()
  expect((await services.survey()).remarks).toEqual([expect.stringMatching(/^Nothing was looked at yet/)])
  await api.store.write(async (tx) => {
    const lease = await tx.claimScope('test', (await services.survey()).at, 60_000)
    if (lease)
      await tx.finishLook(lease, {
        at: lease.state.nextLookAt,
        status: 'failed',
        tookMs: 1,
        fault: { kind: 'denied', message: 'no', advice: null },
        failures: 1,
        nextLookAt: lease.state.nextLookAt,
      })
  })
  services.forget()
  expect((await services.survey()).remarks).toEqual([
    '1 of 2 scopes was never looked at: near/b. What is in there is not known.',
    '1 of 2 scopes was not readable at the last look: near/a. What is known from there is older.',
  ])
})
