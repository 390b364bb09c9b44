import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import type { Config } from '../../src/config/config.ts'
import { policyFor } from '../../src/config/policy.ts'
import { instant } from '../../src/domain/instant.ts'
import type { Observation } from '../../src/domain/observation.ts'
import { lookAtAllDue } from '../../src/jobs/look-loop.ts'
import { silentLog } from '../../src/lib/log.ts'
import type { PullSource } from '../../src/sources/source.ts'
import { checkOnce } from '../../src/tasks/check-once.ts'
import { declare } from '../../src/tasks/declare.ts'
import { anInstance, HOUR, START } from '../fakes/estate-instance.ts'

/** What the place has; a fault: it does not say. */
let halls: string[] | 'fault' = []
let looked: string[] = []

const fault = { kind: 'denied' as const, message: 'nobody may ask which there are', advice: null }

/** A place that must be asked which halls it has; each has one check. */
const place: PullSource = {
  type: 'place',
  defaultMaxAgeMs: 24 * HOUR,
  defaultMaxAgeByType: { slow: 72 * HOUR },
  defaultEveryMs: HOUR,
  config: z.unknown(),
  permissions: () => [],
  discovers: ({ name }) => name === 'halls',
  scopes(name, _, memories = () => null) {
    const found = z.array(z.string()).safeParse(memories(`${name}/halls`)).data ?? []
    return ['halls', ...found].map((hall) => ({ id: `${name}/${hall}`, source: name, name: hall }))
  },
  async *scan(scope, _, context): AsyncIterable<Observation> {
    looked.push(scope.name)
    if (scope.name === 'halls') {
      if (halls === 'fault') return yield { kind: 'scope-failed', scope: scope.id, fault }
      context.remember(halls)
    } else {
      const resource = { id: scope.name, name: scope.name, provider: null, account: null, region: null, tags: {} }
      yield { kind: 'resource', check: scope.id, type: scope.name === 'b' ? 'slow' : 'quick', resource }
      const point = { check: scope.id, id: '1', recoverableTo: instant(START), completedAt: null }
      yield {
        kind: 'recovery-point',
        point: { ...point, sizeBytes: null, state: 'complete' as const, problem: null },
      }
    }
    yield { kind: 'scope-complete', scope: scope.id, points: 'all' }
  },
}

let it_: Awaited<ReturnType<typeof anInstance>>
beforeEach(async () => {
  halls = ['a', 'b']
  looked = []
  it_ = await anInstance()
  const { sources } = it_.context.config()
  await it_.configure({ sources: sources.map((source) => ({ ...source, source: place, threshold: {} })) })
})
afterEach(() => it_.close())

const scopes = async () => (await it_.store.read.scopes('fleet')).map(({ name }) => name)
const checks = async () =>
  (await it_.store.read.checks({}, 100)).items.map(({ id, judgement }) => `${id} ${judgement.status}`).sort()

async function round(): Promise<void> {
  await it_.clock.advance(HOUR)
  await lookAtAllDue(it_.context, new AbortController().signal)
}

it('what a look finds out is looked at in the same round, and what has gone is retired', async () => {
  expect(await scopes()).toEqual(['halls'])
  await round()
  expect(await scopes()).toEqual(['a', 'b', 'halls'])
  expect(await checks()).toEqual(['fleet/a ok', 'fleet/b ok'])
  halls = ['b', 'c']
  await round()
  expect(await checks()).toEqual(['fleet/b ok', 'fleet/c ok'])
})

it('what was found before stays while nobody can be asked, also after a restart', async () => {
  await round()
  halls = 'fault'
  await round()
  await declare(it_.context)
  expect(await scopes()).toEqual(['a', 'b', 'halls'])
  expect(await checks()).toEqual(['fleet/a ok', 'fleet/b ok', 'fleet/halls error'])
  halls = ['a', 'b']
  await round()
  expect(await checks()).toEqual(['fleet/a ok', 'fleet/b ok'])
})

it('each type of check has the threshold that is usual for it, unless somebody says otherwise', async () => {
  await round()
  const threshold = async (id: string) => (await it_.store.read.check(id))?.judgement.thresholdMs
  expect([await threshold('fleet/a'), await threshold('fleet/b')]).toEqual([24 * HOUR, 72 * HOUR])
  const { sources } = it_.context.config()
  await it_.configure({ sources: sources.map((source) => ({ ...source, threshold: { max_age: 5 * HOUR } })) })
  await round()
  expect([await threshold('fleet/a'), await threshold('fleet/b')]).toEqual([5 * HOUR, 5 * HOUR])
})

it('what a source says of all its checks of a kind gives way to an override, however deep it stands', async () => {
  const from = 'sources.fleet.checks.quick.max_age'
  const said: PullSource = { ...place, threshold: () => ({ setting: { max_age: 7 * HOUR }, from, general: true }) }
  const { sources } = it_.context.config()
  await it_.configure({
    sources: sources.map((source) => ({
      ...source,
      source: said,
      overrides: [{ match: { name: 'b' }, max_age: 9 * HOUR, from: 'sources.fleet.overrides[0]' }],
    })),
  })
  await round()
  const judged = async (id: string) => (await it_.store.read.check(id))?.judgement
  expect(await judged('fleet/a')).toMatchObject({ thresholdMs: 7 * HOUR, thresholdFrom: from })
  expect(await judged('fleet/b')).toMatchObject({ thresholdMs: 9 * HOUR })
})

const once = (config: Config, wanted: (name: string) => boolean, wantsSource = true) =>
  checkOnce({
    config,
    policyOf: (check) => policyFor(config, check),
    wants: ({ name }) => wanted(name),
    wantsSource: () => wantsSource,
    clock: it_.clock,
    log: silentLog,
    signal: new AbortController().signal,
    onProgress() {},
  })

it('a single look finds out first what to look at', async () => {
  const all = await once(it_.context.config(), () => true)
  expect(all.checks.map(({ id }) => id).sort()).toEqual(['fleet/a', 'fleet/b'])
  expect(all.scopes.map(({ scope }) => scope.name).sort()).toEqual(['a', 'b', 'halls'])
  looked = []
  const one = await once(it_.context.config(), (name) => name === 'b')
  expect([one.checks.map(({ id }) => id), looked]).toEqual([['fleet/b'], ['halls', 'b']])
  looked = []
  expect((await once(it_.context.config(), () => false, false)).scopes).toEqual([])
  expect(looked).toEqual([])
  halls = 'fault'
  const blind = await once(it_.context.config(), (name) => name === 'b')
  expect(blind.scopes).toMatchObject([{ scope: { name: 'halls' }, fault: { kind: 'denied' } }])
  expect(blind.checks.map(({ judgement }) => judgement.status)).toEqual(['error'])
})
