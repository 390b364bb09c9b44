import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { instant } from '../../src/domain/instant.ts'
import { judgeServices } from '../../src/tasks/judge-services.ts'
import { type EstateKeeper, estateKeeper } from '../../src/tasks/keep-estate.ts'
import { pause, resolve } from '../../src/tasks/operations.ts'
import { anInstance, HOUR, START } from '../fakes/estate-instance.ts'
import { aCopy } from '../fakes/services.ts'
import { soundService as sound } from '../fakes/sound-service.ts'

let it_: Awaited<ReturnType<typeof anInstance>>
let keeper: EstateKeeper
beforeEach(async () => {
  it_ = await anInstance()
  keeper = estateKeeper(it_.context, true)
})
afterEach(() => it_.close())

const signal = new AbortController().signal
const judge = () => judgeServices(it_.context, { patient: true, signal, keeper })
/** Looks, judges services, and answers with what the channel has heard. */
async function news(hours = 0): Promise<string[]> {
  const told = await it_.after(hours)
  await judge()
  return [...told, ...(await it_.round())]
}

const good = () => {
  it_.estate.set('near', [0])
  it_.estate.set('far', [0])
}

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
