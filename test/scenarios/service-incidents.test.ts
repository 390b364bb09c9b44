import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConfiguredService } from '../../src/config/config.ts'
import { instant } from '../../src/domain/instant.ts'
import { NOWHERE, type Service } from '../../src/domain/service.ts'
import { LeaseLostError, type Writer } from '../../src/store/store.ts'
import { judgeServices } from '../../src/tasks/judge-services.ts'
import { pause, resolve } from '../../src/tasks/operations.ts'
import { anInstance, HOUR, START } from '../fakes/estate-instance.ts'
import { aCopy, aService } from '../fakes/services.ts'

let it_: Awaited<ReturnType<typeof anInstance>>
beforeEach(async () => {
  it_ = await anInstance()
})
afterEach(() => it_.close())

const signal = new AbortController().signal
const judge = (patient = true) => judgeServices(it_.context, { patient, signal })
/** Looks, judges services, and answers with what the channel has heard. */
async function news(hours = 0): Promise<string[]> {
  const told = await it_.after(hours)
  await judge()
  return [...told, ...(await it_.round())]
}

/** Nothing can be said against it but what a test puts in. */
const sound = (name: string, parts: Partial<Service> = {}): ConfiguredService => ({
  ...aService(name, {
    tier: 1,
    owner: 'ann',
    rpoMs: 24 * HOUR,
    rtoMs: 2 * HOUR,
    database: false,
    labels: { env: 'prod' },
    production: { ...NOWHERE, site: 'dc-a', medium: 'disk' },
    retention: { last: 1, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 },
    keys: [
      { name: 'main', holders: ['ann'], where: null, lastRehearsedAt: instant(START), rehearseEveryMs: 8760 * HOUR },
    ],
    copies: [
      aCopy({ type: 'nas', check: 'fleet/near', site: 'dc-a', medium: 'nas', encryption: 'restic' }),
      aCopy({ type: 's3', check: 'fleet/far', site: 'dc-b', medium: 's3', encryption: 'restic', immutable: true }),
    ],
    ...parts,
  }),
  at: { file: 'backproof.yaml', line: 1, column: 1 },
})

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

describe('what a check tells', () => {
  it('is not told again by its service, while that stands', async () => {
    good()
    await it_.configure({ services: [sound('shop')] })
    expect(await news()).toEqual([])
    it_.estate.set('near', [0, 24])
    expect(await news(25)).toEqual(['opened BACKUP_STALE critical fleet/far'])
    expect(await news(1)).toEqual([])
    it_.estate.set('far', [0, 26])
    expect(await news(1)).toEqual(['resolved BACKUP_STALE critical fleet/far'])
    it_.estate.set('far', [])
    expect(await news(1)).toEqual(['opened BACKUP_MISSING critical fleet/far'])
    expect(await news(1)).toEqual([])
  })

  it('is told by the service once the incident of the check is closed by hand, and not after it is back', async () => {
    good()
    await it_.configure({ services: [sound('shop')] })
    await news()
    it_.estate.set('near', [0, 24])
    await news(25)
    const [stale] = (await it_.store.read.incidents({ states: ['open'] }, 9)).items
    await resolve(stale?.id ?? '', 'ann', null, it_.context)
    await judge()
    expect(await it_.round()).toEqual(['resolved BACKUP_STALE critical fleet/far', 'opened SERVICE_RPO warning shop'])
    // told by the check's own again: that of the service is superseded, which is told to nobody
    expect(await news(1)).toEqual(['opened BACKUP_STALE critical fleet/far'])
    const [rpo] = (await it_.store.read.incidents({ subject: 'service:shop' }, 9)).items
    expect(rpo).toMatchObject({ state: 'resolved', resolvedBy: 'superseded' })
  })

  it('is told by the service as long as one of two copies that are too old has no incident of its own', async () => {
    good()
    it_.estate.set('third', [0])
    const third = aCopy({ type: 'tape', check: 'fleet/third', site: 'dc-c', medium: 'tape', encryption: 'restic' })
    await it_.configure({ services: [sound('shop', { copies: [...sound('shop').copies, third] })] })
    await news()
    it_.estate.set('near', [0, 24])
    expect((await news(25)).toSorted()).toEqual([
      'opened BACKUP_STALE critical fleet/far',
      'opened BACKUP_STALE critical fleet/third',
    ])
    const [stale] = (await it_.store.read.incidents({ states: ['open'], subject: 'fleet/third' }, 9)).items
    await resolve(stale?.id ?? '', 'ann', null, it_.context)
    await judge()
    expect(await it_.round()).toEqual(['resolved BACKUP_STALE critical fleet/third', 'opened SERVICE_RPO warning shop'])
    expect(it_.sent.at(-1)?.items[0]?.reason).toMatch(/^Too old: s3, from .* and tape, from /)
  })

  it('is not told at all while a person has paused the check', async () => {
    good()
    await it_.configure({ services: [sound('shop')] })
    await news()
    await pause('fleet/far', instant(START + 100 * HOUR), 'ann', 'moving house', it_.context)
    it_.estate.set('near', [0, 24])
    expect(await news(25)).toEqual([])
  })

  it('of another copy hides nothing: that the last one within the RPO is too old is told where its own check is content', async () => {
    good()
    // its copies may be two days old
    const copies = sound('shop').copies.map((copy) => ({ ...copy, maxAgeMs: 48 * HOUR }))
    await it_.configure({ services: [sound('shop', { rpoMs: 12 * HOUR, copies })] })
    expect(await news()).toEqual([])
    await pause('fleet/far', instant(START + 9999 * HOUR), 'ann', null, it_.context)
    it_.estate.set('near', [0, 3])
    const told: string[] = []
    for (let hour = 0; hour < 17; hour++) told.push(...(await news(1)))
    expect(await it_.status('fleet/near')).toBe('ok')
    expect(told).toContain('opened SERVICE_RPO critical shop')
  })

  it('is looked at once more before the service says that a copy is too old', async () => {
    good()
    // its copies may be two days old, so the checks are well: only the service asks for more
    const copies = sound('shop').copies.map((copy) => ({ ...copy, maxAgeMs: 48 * HOUR }))
    await it_.configure({ services: [sound('shop', { copies })] })
    await news()
    await it_.clock.advance(24 * HOUR + 1)
    const [scope] = await it_.store.read.scopes()
    await it_.store.write(async (tx) => {
      // the next regular look is far away
      const lease = await tx.claimScope('w', instant(it_.clock.now()), HOUR)
      if (lease)
        await tx.finishLook(lease, {
          at: instant(START),
          status: 'complete',
          tookMs: 0,
          fault: null,
          failures: 0,
          nextLookAt: instant(START + 99 * HOUR),
        })
    })
    expect(scope).toBeDefined()
    await judge()
    expect((await it_.store.read.incidents({}, 9)).items).toEqual([])
    expect(await it_.store.read.nextLookAt()).toBe(it_.clock.now())
    expect(await news()).toEqual(['opened SERVICE_RPO critical shop'])
    it_.estate.set('far', [0, 25])
    expect(await news(2)).toEqual(['resolved SERVICE_RPO critical shop'])
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
