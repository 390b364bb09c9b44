import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { instant } from '../../src/domain/instant.ts'
import { LeaseLostError, type Writer } from '../../src/store/store.ts'
import { judgeServices } from '../../src/tasks/judge-services.ts'
import { type EstateKeeper, estateKeeper } from '../../src/tasks/keep-estate.ts'
import { anInstance, HOUR, START } from '../fakes/estate-instance.ts'
import { soundService as sound } from '../fakes/sound-service.ts'

let it_: Awaited<ReturnType<typeof anInstance>>
let keeper: EstateKeeper
beforeEach(async () => {
  it_ = await anInstance()
  keeper = estateKeeper(it_.context, true)
})
afterEach(() => it_.close())

const signal = new AbortController().signal
const judge = (patient = true) => judgeServices(it_.context, { patient, signal, keeper })
/** Looks, judges services, and answers with what the channel has heard. */
async function news(hours = 0): Promise<string[]> {
  const told = await it_.after(hours)
  await judge()
  return [...told, ...(await it_.round())]
}

const good = (hours = 0) => {
  it_.estate.set('near', [hours])
  it_.estate.set('far', [hours])
}

describe('a service', () => {
  it('opens no incident while nothing can be said against it', async () => {
    good()
    await it_.configure({ services: [sound('shop')] })
    expect(await news()).toEqual([])
    expect((await it_.store.read.incidents({}, 9)).items).toEqual([])
  })

  it('is told once, is told to be well again, and has its own words', async () => {
    good()
    await it_.configure({ services: [sound('shop', { owner: null })] })
    expect(await news()).toEqual(['opened SERVICE_OWNERSHIP warning shop'])
    expect(it_.sent.at(-1)?.items[0]).toMatchObject({
      subject: 'service',
      service: 'shop',
      tier: 1,
      rule: 'ownership',
      advice: expect.stringMatching(/^Name an owner/),
    })
    expect(await news(1)).toEqual([])
    await it_.configure({ services: [sound('shop')] })
    expect(await news(1)).toEqual(['resolved SERVICE_OWNERSHIP warning shop'])
    const [incident] = (await it_.store.read.incidents({ subject: 'service:shop' }, 9)).items
    expect(incident).toMatchObject({ state: 'resolved', resolvedBy: 'recovery', about: { owner: null, tier: 1 } })
  })

  it('is told with all others in one message, however many there are', async () => {
    good()
    const names = Array.from({ length: 100 }, (_, n) => `svc-${n}`)
    const bare = { owner: null, keys: [], copies: [], rpoMs: null }
    await it_.configure({ services: names.map((name) => sound(name, bare)) })
    await news()
    expect(it_.sent).toHaveLength(1)
    const [{ items, omitted } = { items: [], omitted: [] }] = it_.sent
    expect(items).toHaveLength(100)
    // without a copy there is nothing to go back to: that alone is critical
    expect(new Set(items.map(({ severity, type }) => `${severity} ${type}`))).toEqual(
      new Set(['critical SERVICE_COPIES']),
    )
    expect(omitted.map(({ type, severity, count }) => `${count} ${severity} ${type}`).sort()).toEqual([
      '100 warning SERVICE_OWNERSHIP',
      '100 warning SERVICE_RPO',
    ])
  })

  it('is not judged before anything was looked at, nor, the first time, before all was', async () => {
    const [fleet] = it_.context.config().sources
    if (!fleet) throw new Error('there is no source')
    await it_.configure({
      services: [sound('shop', { owner: null })],
      sources: [fleet, { ...fleet, name: 'slow', everyMs: HOUR }],
    })
    expect(await judge()).toEqual({ outcome: 'unseen' })
    expect(await judge(false)).toEqual({ outcome: 'unseen' })
    good()
    const lease = await it_.store.write((tx) => tx.claimScope('w', instant(START), 30_000, ['slow']))
    await it_.round()
    expect(await judge()).toEqual({ outcome: 'unseen' })
    expect(await judge(false)).toMatchObject({ outcome: 'judged' })
    expect(lease).not.toBeNull()
  })

  it('whose reason is a remark opens none, and one that becomes a remark ends', async () => {
    good()
    await it_.configure({ services: [sound('shop', { retention: null })] })
    expect(await news()).toEqual([])
    await it_.configure({ services: [sound('shop', { owner: null })] })
    expect(await news(1)).toEqual(['opened SERVICE_OWNERSHIP warning shop'])
    const info = { severity: 'info', reason: null, owner: null, until: null } as const
    await it_.configure({ services: [sound('shop', { owner: null, rules: { ownership: info } })] })
    expect(await news(1)).toEqual(['resolved SERVICE_OWNERSHIP warning shop'])
    await it_.configure({
      services: [sound('shop', { owner: null, rules: { ownership: { ...info, severity: 'critical' } } })],
    })
    expect(await news(1)).toEqual(['opened SERVICE_OWNERSHIP critical shop'])
    await it_.configure({
      services: [sound('shop', { owner: null, rules: { ownership: { ...info, severity: 'off' } } })],
    })
    expect(await news(1)).toEqual(['resolved SERVICE_OWNERSHIP critical shop'])
  })

  it('that is not declared any more takes its incidents along, told to those who heard of them', async () => {
    good()
    const routes = [
      { match: { owner: ['ann'], tags: { env: 'prod' } }, to: ['oncall'], repeatMs: null, continue: false },
    ]
    await it_.configure({ routes, services: [sound('shop', { tier: null })] })
    expect(await news()).toEqual(['opened SERVICE_RESTORE_ORDER warning shop'])
    await it_.configure({ services: [] })
    expect(await news(1)).toEqual(['resolved SERVICE_RESTORE_ORDER warning shop'])
    expect((await it_.store.read.incidents({}, 9)).items).toMatchObject([{ resolvedBy: 'retired' }])
  })
})

describe('a waiver', () => {
  it('ends an incident while it holds, and reopens it when it ends', async () => {
    good()
    await it_.configure({ services: [sound('shop', { owner: null })] })
    expect(await news()).toEqual(['opened SERVICE_OWNERSHIP warning shop'])
    const until = instant(START + 10 * HOUR)
    const waiver = { rule: 'ownership', reason: 'moving', owner: 'cto', until }
    await it_.configure({ services: [sound('shop', { owner: null, waivers: [waiver] })] })
    await it_.after(1)
    expect(await judge()).toEqual({ outcome: 'judged', changesAt: until })
    expect(await it_.round()).toEqual(['resolved SERVICE_OWNERSHIP warning shop'])
    const [incident] = (await it_.store.read.incidents({}, 9)).items
    expect(incident?.resolvedBy).toBe('accepted')
    const events = await it_.store.read.events(incident?.id ?? '')
    expect(events.at(-1)?.reason).toBe('Accepted until 2026-11-20T22:00:00Z (cto: moving).')
    expect(await news(8.9)).toEqual([])
    good(10)
    expect(await news(0.1)).toEqual(['opened SERVICE_OWNERSHIP warning shop'])
    expect(it_.sent.at(-1)?.items[0]?.reason).toMatch(/accepted until 2026-11-20T22:00:00Z \(cto: moving\)/)
  })
})

it('what can not be read opens nothing and takes nothing back', async () => {
  good()
  await it_.configure({ services: [sound('shop', { copies: sound('shop').copies.slice(0, 1) })] })
  expect(await news()).toEqual([
    'opened SERVICE_COPIES warning shop',
    'opened SERVICE_IMMUTABILITY warning shop',
    'opened SERVICE_OFF_SITE warning shop',
  ])
  it_.estate.set('near', 'fault')
  expect(await news(1)).toEqual([])
  expect(await it_.store.read.incidentCounts()).toMatchObject({ open: 3, resolved: 0 })
})

it('a clock that has jumped back takes nothing back', async () => {
  good()
  const copies = sound('shop').copies.map((copy) => ({ ...copy, maxAgeMs: 48 * HOUR }))
  await it_.configure({ services: [sound('shop', { copies })] })
  await news()
  expect(await news(25)).toEqual(['opened SERVICE_RPO critical shop'])
  await it_.clock.advance(-3 * HOUR)
  expect(await judge()).toEqual({ outcome: 'unseen' })
  expect(await it_.store.read.incidentCounts()).toMatchObject({ open: 1 })
})

it('a process that dies at any write tells each thing once', async () => {
  good()
  await it_.configure({ services: [sound('shop', { owner: null }), sound('till', { keys: [] })] })
  await it_.round()
  const { store } = it_
  for (let writes = 0, died = true; died; writes++) {
    let left = writes
    const mortal = {
      ...it_.context,
      worker: `life ${writes}`,
      store: {
        ...store,
        write: <T>(work: (tx: Writer) => Promise<T>) =>
          store.write(async (tx) => {
            const result = await work(tx)
            if (left-- === 0) throw new Error('killed before the commit')
            return result
          }),
      },
    }
    died = await judgeServices(mortal, { patient: true, signal }).then(
      () => left < 0,
      () => true,
    )
    // what starts after it finds no leases
    await store.write((tx) => tx.dropAllLeases())
    if (writes > 9) throw new Error('it does not end')
  }
  await judge()
  expect((await it_.round()).sort()).toEqual([
    'opened SERVICE_KEY_ACCESS warning till',
    'opened SERVICE_OWNERSHIP warning shop',
  ])
  expect(it_.sent).toHaveLength(1)
  const { items } = await it_.store.read.incidents({}, 9)
  for (const { id } of items) expect(await it_.store.read.events(id)).toHaveLength(1)
})

it('a worker that was frozen while it judged writes nothing over what another has written since', async () => {
  good()
  await it_.configure({ services: [sound('shop', { owner: null })] })
  await it_.round()
  const { store, clock } = it_
  const frozen = {
    ...it_.context,
    worker: 'frozen',
    store: {
      ...store,
      read: {
        ...store.read,
        async newestDrills(most: number) {
          const drills = await store.read.newestDrills(most)
          await clock.advance(HOUR / 10)
          await it_.configure({ services: [sound('shop')] })
          await judge()
          return drills
        },
      },
    },
  }
  await expect(judgeServices(frozen, { patient: true, signal })).rejects.toThrow(LeaseLostError)
  expect((await it_.store.read.incidents({}, 9)).items).toEqual([])
})
