import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { instant, plus } from '../../src/domain/instant.ts'
import { judgeSources } from '../../src/tasks/judge-sources.ts'
import { pause, requestLook, resolve, resume } from '../../src/tasks/operations.ts'
import { anInstance, HOUR } from '../fakes/estate-instance.ts'

let it_: Awaited<ReturnType<typeof anInstance>>
beforeEach(async () => {
  it_ = await anInstance()
})
afterEach(() => it_.close())

const names = Array.from({ length: 20 }, (_, n) => `web-${String(n).padStart(2, '0')}`)
const all = (points: number[], of = names) => {
  for (const name of of) it_.estate.set(name, points)
}
/** Looks, judges sources, and answers with what was told of sources. */
async function news(hours = 0): Promise<string[]> {
  const told = await it_.after(hours)
  await judgeSources(it_.context)
  return [...told, ...(await it_.round())].filter((line) => line.includes('SOURCE'))
}
const incidents = async () => (await it_.store.read.incidents({ kinds: ['source'] }, 9)).items

describe('many checks that turn bad together', () => {
  it('are one incident of their source, which ends when they are well', async () => {
    all([0])
    expect(await news()).toEqual([])
    all([], names.slice(0, 6))
    expect(await news(1)).toEqual(['opened SOURCE_MASS_CHANGE critical fleet'])
    const [incident] = await incidents()
    expect(incident?.reason).toBe(
      '6 of 20 checks that were well turned bad together: look for one cause, and think of an attack.',
    )
    expect(incident?.advice).toMatch(/stop prune and lifecycle jobs/)
    expect(await news(0.5)).toEqual([])
    // long after its hour it stands
    expect(await news(5)).toEqual([])
    all([0, 6], names.slice(0, 2))
    expect(await news(1)).toEqual(['resolved SOURCE_MASS_CHANGE critical fleet'])
    // and what is left of it is not found again
    expect(await news(0.1)).toEqual([])
  })

  it('are found by what the database knows: a restart forgets nothing', async () => {
    all([0])
    await news()
    for (const few of [names.slice(0, 2), names.slice(2, 4), names.slice(4, 6)]) {
      all([], few)
      await it_.after(0.3)
    }
    // 0.9 h later by three looks, of which two may have been before a restart
    expect(await news(0.2)).toEqual(['opened SOURCE_MASS_CHANGE critical fleet'])
  })

  it('are not over because their source can not be read any more', async () => {
    all([0])
    await news()
    all([], names.slice(0, 6))
    await news(1)
    it_.estate.set('web-00', 'fault')
    for (let look = 0; look < 6; look++) expect(await news(1)).toEqual([])
    expect(await it_.status('fleet/web-01')).toBe('error')
    expect((await incidents())[0]?.state).toBe('open')
    all([0, 7], names)
    expect(await news(1)).toEqual(['resolved SOURCE_MASS_CHANGE critical fleet'])
  })

  it('count if they were well again before: an outage that has just ended hides nothing', async () => {
    all([0])
    await news()
    it_.estate.set('web-00', 'fault')
    for (let look = 0; look < 3; look++) await it_.after(1)
    expect(await it_.status('fleet/web-01')).toBe('error')
    all([0])
    expect(await news(1)).toEqual([])
    expect(await it_.status('fleet/web-01')).toBe('ok')
    all([], names.slice(0, 6))
    await requestLook({}, it_.context)
    expect(await news(0.5)).toEqual(['opened SOURCE_MASS_CHANGE critical fleet'])
  })

  it('are ordinary when they are few of all that is well again after an outage', async () => {
    const many = [...names, ...names.map((name) => `more-${name}`)]
    all([0], many)
    await news()
    it_.estate.set('web-00', 'fault')
    for (let look = 0; look < 3; look++) await it_.after(1)
    all([0], many)
    await news(1)
    all([], names.slice(0, 6))
    await requestLook({}, it_.context)
    expect(await news(0.5)).toEqual([])
    expect(await it_.status('fleet/web-01')).toBe('missing')
  })

  it('count only if they were well: not what nobody could read, nor what was paused', async () => {
    all([0])
    await news()
    it_.estate.set('web-00', 'fault')
    for (let look = 0; look < 6; look++) expect(await news(1)).toEqual([])
    expect(await it_.status('fleet/web-01')).toBe('error')
    all([], names.slice(0, 8))
    all([0], names.slice(8))
    expect(await news(1)).toEqual([])
    expect(await it_.status('fleet/web-01')).toBe('missing')
    for (const name of names.slice(8, 16)) {
      const until = plus(instant(it_.clock.now()), 9 * HOUR)
      await pause(`fleet/${name}`, until, 'ann', null, it_.context)
    }
    all([], names.slice(8, 16))
    expect(await news(5)).toEqual([])
    for (const name of names.slice(8, 16)) await resume(`fleet/${name}`, 'ann', it_.context)
    expect(await news(0.1)).toEqual([])
    expect(await it_.status('fleet/web-08')).toBe('missing')
  })

  it('are ordinary when they are few, far apart, new, or were bad before', async () => {
    all([0])
    await news()
    all([], names.slice(0, 4))
    expect(await news(1)).toEqual([])
    all([], names.slice(4, 8))
    expect(await news(1.1)).toEqual([])
    for (const name of names) it_.estate.set(`new-${name}`, [])
    expect(await news(1.1)).toEqual([])
  })

  it('are not told again once a person has closed it', async () => {
    all([0])
    await news()
    all([], names.slice(0, 6))
    await news(1)
    const [incident] = await incidents()
    await resolve(incident?.id ?? '', 'ann', 'a test of ours', it_.context)
    await it_.round()
    expect(await news(0.1)).toEqual([])
    expect(await incidents()).toHaveLength(1)
    all([], names.slice(6, 12))
    expect(await news(1)).toEqual(['opened SOURCE_MASS_CHANGE critical fleet'])
  })
})

it('what a person closes while it is judged is not told again', async () => {
  all([0])
  await news()
  all([], names.slice(0, 6))
  await news(1)
  const [incident] = await incidents()
  const { store } = it_.context
  const read: typeof store.read = {
    ...store.read,
    async turns(source, since) {
      const found = await store.read.turns(source, since)
      await resolve(incident?.id ?? '', 'ann', 'a test of ours', it_.context)
      return found
    },
  }
  await judgeSources({ ...it_.context, store: { ...store, read } })
  expect(await incidents()).toMatchObject([{ id: incident?.id, state: 'resolved', resolvedBy: 'ann' }])
})

describe('many points that vanish together', () => {
  const days = (count: number) => Array.from({ length: count }, (_, n) => -24 * n)

  it('are one incident, which waits for a person', async () => {
    all(days(10))
    await news()
    all([0], names.slice(0, 8))
    expect(await news(1)).toEqual(['opened SOURCE_MASS_CHANGE critical fleet'])
    expect((await incidents())[0]?.reason).toMatch(/^72 of 200 recovery points are gone at once: stop the prune jobs/)
    all(days(1).concat([20]))
    expect(await news(20)).toEqual([])
    expect((await incidents())[0]?.state).toBe('open')
    await resolve((await incidents())[0]?.id ?? '', 'ann', null, it_.context)
    await it_.round()
    expect(await news(1)).toEqual([])
  })

  it('that come back were a fault of what was read', async () => {
    all(days(10))
    await news()
    all([0], names.slice(0, 8))
    await news(1)
    all(days(10))
    expect(await news(1)).toEqual(['resolved SOURCE_MASS_CHANGE critical fleet'])
  })

  it('are ordinary as a prune that makes room for new ones, or a part of many', async () => {
    all(days(10))
    await news()
    all([...days(9).map((hour) => hour), 1])
    expect(await news(1)).toEqual([])
    all([...days(8), 1])
    expect(await news(1.1)).toEqual([])
  })
})

it('a source that is not declared any more takes its incident along', async () => {
  all([0])
  await news()
  all([], names.slice(0, 6))
  await news(1)
  await it_.configure({ sources: [] })
  expect(await news(HOUR / HOUR)).toEqual(['resolved SOURCE_MASS_CHANGE critical fleet'])
})
