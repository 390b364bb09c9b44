import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { instant } from '../../src/domain/instant.ts'
import { runDeliverLoop } from '../../src/jobs/deliver-loop.ts'
import { lookAtAllDue } from '../../src/jobs/look-loop.ts'
import { Bell } from '../../src/lib/bell.ts'
import { acknowledge, pause, resolve, resume, retryDelivery } from '../../src/tasks/operations.ts'
import { remind } from '../../src/tasks/remind.ts'
import { anInstance, HOUR, START } from '../fakes/estate-instance.ts'

let it_: Awaited<ReturnType<typeof anInstance>>
beforeEach(async () => {
  it_ = await anInstance()
})
afterEach(() => it_.close())

describe('a backup that stops and comes back', () => {
  it('is told once when it turns stale, and once when it recovers', async () => {
    it_.estate.set('web', [0])
    expect(await it_.round()).toEqual([])
    expect(await it_.status('fleet/web')).toBe('ok')
    for (let hour = 1; hour <= 24; hour++) expect(await it_.after(1)).toEqual([])
    expect(await it_.after(0.1)).toEqual(['opened BACKUP_STALE warning fleet/web'])
    expect(await it_.after(5)).toEqual([])
    it_.estate.set('web', [0, 29])
    expect(await it_.after(1)).toEqual(['resolved BACKUP_STALE warning fleet/web'])
    expect(await it_.status('fleet/web')).toBe('ok')
    const history = await it_.store.read.statusChanges('fleet/web', 10)
    expect(history.map(({ from, to }) => [from, to])).toEqual([
      ['stale', 'ok'],
      ['ok', 'stale'],
      [null, 'ok'],
    ])
  })

  it('is looked at again before it is called stale', async () => {
    it_.estate.set('web', [-23.9])
    await it_.round()
    const next = await it_.store.read.nextLookAt()
    expect(next && next - START).toBe(0.1 * HOUR + 1)
    it_.estate.set('web', [-23.9, 0.05])
    expect(await it_.after(0.101)).toEqual([])
    expect(await it_.status('fleet/web')).toBe('ok')
  })
})

describe('how a backup is kept', () => {
  const disabled = {
    type: 'KEY_UNUSABLE',
    outcome: 'fail',
    severity: 'critical',
    reason: 'Its key is disabled.',
    advice: 'Enable it.',
  } as const

  it('opens an incident of its own and leaves the status alone, until it is well or told no more', async () => {
    it_.estate.set('web', [0])
    it_.conditions.set('web', [disabled])
    expect(await it_.round()).toEqual(['opened KEY_UNUSABLE critical fleet/web'])
    expect(it_.sent.at(-1)?.items[0]).toMatchObject({ reason: 'Its key is disabled.', advice: 'Enable it.' })
    expect(await it_.status('fleet/web')).toBe('ok')
    it_.conditions.set('web', [{ ...disabled, outcome: 'unknown' }])
    expect(await it_.after(1)).toEqual([])
    it_.estate.set('web', 'fault')
    expect(await it_.after(1)).toEqual([])
    it_.estate.set('web', [0])
    it_.conditions.set('web', [{ ...disabled, outcome: 'pass' }])
    expect(await it_.after(1)).toEqual(['resolved KEY_UNUSABLE critical fleet/web'])
    it_.conditions.set('web', [disabled])
    expect(await it_.after(1)).toEqual(['opened KEY_UNUSABLE critical fleet/web'])
    it_.conditions.delete('web')
    expect(await it_.after(1)).toEqual(['resolved KEY_UNUSABLE critical fleet/web'])
  })
})

describe('what could not be seen', () => {
  it('is an error, never missing or ok, and an incident after three tries', async () => {
    it_.estate.set('web', [0])
    await it_.round()
    it_.estate.set('web', 'fault')
    expect(await it_.after(1)).toEqual([])
    expect(await it_.status('fleet/web')).toBe('error')
    expect(await it_.after(1)).toEqual([])
    expect(await it_.after(1)).toEqual(['opened CHECK_ERROR warning fleet/web'])
    expect(await it_.after(22)).toEqual(['opened BACKUP_STALE warning fleet/web'])
    it_.estate.set('web', [0, 24])
    expect(await it_.after(1)).toEqual([
      'resolved BACKUP_STALE warning fleet/web',
      'resolved CHECK_ERROR warning fleet/web',
    ])
  })

  it('is shown even when the scope was never read', async () => {
    it_.estate.set('web', 'fault')
    await it_.round()
    expect(await it_.status('fleet/main')).toBe('error')
    it_.estate.set('web', [0])
    await it_.after(1)
    expect(await it_.status('fleet/main')).toBe('retired')
    expect(await it_.status('fleet/web')).toBe('ok')
  })

  it('is not told as recovered when a pause ends', async () => {
    it_.estate.set('web', [0])
    await it_.round()
    it_.estate.set('web', 'fault')
    await it_.after(1)
    await it_.after(1)
    expect(await it_.after(1)).toEqual(['opened CHECK_ERROR warning fleet/web'])
    await pause('fleet/web', instant(START + 30 * HOUR), 'ann', null, it_.context)
    await resume('fleet/web', 'ann', it_.context)
    expect(await it_.after(1)).toEqual([])
  })

  it('does not resolve what was found before', async () => {
    it_.estate.set('web', [])
    expect(await it_.round()).toEqual(['opened BACKUP_MISSING critical fleet/web'])
    it_.estate.set('web', 'fault')
    await it_.after(1)
    await it_.after(1)
    const { items } = await it_.store.read.incidents({ subject: 'fleet/web', states: ['open'] }, 10)
    expect(items.map(({ type }) => type)).toContain('BACKUP_MISSING')
  })
})

describe('what is gone', () => {
  it('is retired with its incidents only when the scope was read whole', async () => {
    it_.estate.set('web', []).set('db', [0])
    await it_.round()
    it_.estate.delete('web')
    it_.estate.set('later', 'fault')
    await it_.after(1)
    expect(await it_.status('fleet/web')).toBe('error')
    it_.estate.delete('later')
    expect(await it_.after(1)).toEqual(['resolved BACKUP_MISSING critical fleet/web'])
    expect(await it_.status('fleet/web')).toBe('retired')
    expect(await it_.status('fleet/db')).toBe('ok')
  })

  it('is retired when its source leaves the configuration, and comes back with its history', async () => {
    it_.estate.set('web', [])
    await it_.round()
    const { sources } = it_.context.config()
    await it_.configure({ sources: [] })
    expect(await it_.round()).toEqual(['resolved BACKUP_MISSING critical fleet/web'])
    expect(await it_.status('fleet/web')).toBe('retired')
    await it_.configure({ sources })
    expect(await it_.after(1)).toEqual(['opened BACKUP_MISSING critical fleet/web'])
    const check = await it_.store.read.check('fleet/web')
    expect(check?.firstSeenAt).toBe(START)
  })
})

describe('recovery points', () => {
  it('are kept with the time at which they were gone', async () => {
    it_.estate.set('web', [-3, -2, -1])
    await it_.round()
    it_.estate.set('web', [-1, 0.5])
    await it_.after(1)
    const points = await it_.store.read.points('fleet/web', 10)
    expect(points.map(({ id, goneAt }) => [id, goneAt !== null])).toEqual([
      ['p0.5', false],
      ['p-1', false],
      ['p-2', true],
      ['p-3', true],
    ])
  })
})

describe('the clock', () => {
  it('that jumps back an hour makes nothing stale, missing or fresh until it has caught up', async () => {
    it_.estate.set('web', [-1]).set('old', [-40])
    expect(await it_.round()).toEqual(['opened BACKUP_STALE warning fleet/old'])
    await it_.after(2)
    expect(await it_.after(-1)).toEqual([])
    expect(await it_.status('fleet/web')).toBe('error')
    const { items } = await it_.store.read.incidents({ subject: 'fleet/old', states: ['open'] }, 10)
    expect(items.map(({ type }) => type)).toContain('BACKUP_STALE')
    await it_.after(1.5)
    await it_.after(1)
    expect(await it_.status('fleet/web')).toBe('ok')
    expect(await it_.status('fleet/old')).toBe('stale')
  })
})

describe('a clock that was ahead and is put right', () => {
  it('holds back no message', async () => {
    it_.estate.set('a', [])
    await lookAtAllDue(it_.context, new AbortController().signal)
    await it_.clock.advance(-HOUR)
    expect(await it_.round()).toEqual(['opened BACKUP_MISSING critical fleet/a'])
  })

  it.each([48, 20, 0.02])('holds back none that is tried again, however far it was ahead: %d h', async (hours) => {
    it_.estate.set('a', [])
    it_.replies.push({ outcome: 'retry', reason: 'no network yet' })
    const stop = new AbortController()
    const bell = new Bell()
    await lookAtAllDue(it_.context, stop.signal)
    const loop = runDeliverLoop(it_.context, bell, stop.signal)
    const attempts = async () => (await it_.store.read.deliveries({}, 1))[0]?.attempts
    await expect.poll(attempts).toBe(1)
    await it_.clock.advance(-hours * HOUR)
    bell.ring()
    await expect.poll(attempts).toBe(2)
    stop.abort()
    await loop
    expect(it_.sent).toHaveLength(1)
  })
})

describe('people', () => {
  it('are reminded, however many others need no reminder', async () => {
    const [channel] = it_.context.config().channels
    if (!channel) throw new Error('no channel')
    const to = [channel.name]
    await it_.configure({
      routes: [
        { match: { type: ['BACKUP_STALE'] }, to, repeatMs: null, continue: false },
        { match: {}, to, repeatMs: 4 * HOUR, continue: false },
      ],
    })
    for (let n = 0; n < 600; n++) it_.estate.set(`quiet-${n}`, [-40])
    await it_.round()
    it_.estate.set('web', [])
    await it_.after(1)
    await it_.clock.advance(4 * HOUR)
    expect(await remind(it_.context)).toBe(1)
  })

  it('acknowledge, and are not reminded any more', async () => {
    const [channel] = it_.context.config().channels
    if (!channel) throw new Error('no channel')
    await it_.configure({ routes: [{ match: {}, to: [channel.name], repeatMs: 4 * HOUR, continue: false }] })
    it_.estate.set('web', [])
    await it_.round()
    await it_.clock.advance(3 * HOUR)
    expect(await remind(it_.context)).toBe(0)
    await it_.clock.advance(HOUR)
    expect(await remind(it_.context)).toBe(1)
    expect(await remind(it_.context)).toBe(0)
    expect(await it_.round()).toEqual(['reminder BACKUP_MISSING critical fleet/web'])
    const [incident] = (await it_.store.read.incidents({ states: ['open'] }, 1)).items
    await acknowledge(incident?.id ?? '', 'ann', 'on it', it_.context)
    await it_.clock.advance(5 * HOUR)
    expect(await remind(it_.context)).toBe(0)
    const events = await it_.store.read.events(incident?.id ?? '')
    expect(events.map(({ kind, by }) => [kind, by])).toEqual([
      ['opened', null],
      ['reminder', null],
      ['acknowledged', 'ann'],
    ])
  })

  it('resolve by hand: what is still there is found again', async () => {
    it_.estate.set('web', [])
    await it_.round()
    const [incident] = (await it_.store.read.incidents({ states: ['open'] }, 1)).items
    expect(await resolve(incident?.id ?? '', 'ann', null, it_.context)).toMatchObject({
      state: 'resolved',
      resolvedBy: 'ann',
    })
    expect(await it_.round()).toEqual(['resolved BACKUP_MISSING critical fleet/web'])
    expect(await it_.after(1)).toEqual(['opened BACKUP_MISSING critical fleet/web'])
  })

  it('pause a check: nobody is told until the pause ends', async () => {
    it_.estate.set('web', [0])
    await it_.round()
    await pause('fleet/web', instant(START + 30 * HOUR), 'ann', 'moving house', it_.context)
    expect(await it_.status('fleet/web')).toBe('paused')
    for (let hour = 1; hour <= 29; hour++) expect(await it_.after(1)).toEqual([])
    expect(await it_.after(1.1)).toEqual(['opened BACKUP_STALE warning fleet/web'])
  })
})

describe('the outbox', () => {
  it('keeps the order of a channel while it retries, under the same key', async () => {
    it_.estate.set('a', [])
    it_.replies.push({ outcome: 'retry', reason: 'busy' })
    expect(await it_.round()).toEqual([])
    it_.estate.set('b', [])
    expect(await it_.after(1)).toEqual([
      'opened BACKUP_MISSING critical fleet/a',
      'opened BACKUP_MISSING critical fleet/b',
    ])
    const deliveries = await it_.store.read.deliveries({}, 10)
    expect(deliveries.map(({ state, attempts }) => `${state} ${attempts}`).toSorted()).toEqual([
      'delivered 1',
      'delivered 2',
    ])
    expect(new Set(it_.sent.map(({ key }) => key))).toEqual(new Set(deliveries.map(({ id }) => id)))
  })

  it('shows what was refused for good, and goes on', async () => {
    it_.estate.set('a', [])
    it_.replies.push({ outcome: 'rejected', reason: 'no such channel' })
    await it_.round()
    it_.estate.set('b', [])
    expect(await it_.after(1)).toEqual(['opened BACKUP_MISSING critical fleet/b'])
    expect(await it_.store.read.deliveries({ state: 'dead' }, 10)).toMatchObject([{ lastError: 'no such channel' }])
  })

  it('puts back what was given up once, however many ask for it', async () => {
    it_.estate.set('a', [])
    it_.replies.push({ outcome: 'rejected', reason: 'no such channel' })
    await it_.round()
    const [dead] = await it_.store.read.deliveries({ state: 'dead' }, 10)
    const asked = await Promise.all([1, 2, 3].map(() => retryDelivery(dead?.id ?? '', it_.context)))
    expect(asked.map((delivery) => delivery?.state)).toEqual(['pending', undefined, undefined])
    expect(await it_.round()).toEqual(['opened BACKUP_MISSING critical fleet/a'])
    expect(await retryDelivery(dead?.id ?? '', it_.context)).toBeNull()
  })
})
