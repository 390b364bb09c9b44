import { describe, expect, it } from 'vitest'
import { anItem, aServiceItem, aSourceItem, NOW } from '../../test/fakes/notification.ts'
import type { IncidentEventKind } from '../domain/incident.ts'
import { type CheckItem, subjectOfItem } from '../domain/notification.ts'
import { type Grouping, group, MAX_ITEMS } from './group.ts'
import type { RoutableItem, Routing } from './route.ts'
import { testDelivery } from './test-delivery.ts'

const item = (more: Partial<CheckItem & Routing> = {}): RoutableItem => ({ ...anItem(), tags: {}, ...more })
const grouped = (items: RoutableItem[], more: Partial<Grouping> = {}) => {
  let id = 0
  return group(items, NOW, () => `id-${++id}`, { routes: [], channels: ['mail', 'chat'], url: null, ...more })
}

describe('group', () => {
  it('makes one delivery a channel, due at once, whose key is its id', () => {
    const deliveries = grouped([item({ incident: 'i1' }), item({ incident: 'i2' })], { url: 'https://b.example' })
    expect(deliveries.map(({ id, channel, notification }) => [id, channel, notification.key])).toEqual([
      ['id-1', 'mail', 'id-1'],
      ['id-2', 'chat', 'id-2'],
    ])
    expect(deliveries[0]).toMatchObject({ state: 'pending', attempts: 0, createdAt: NOW, nextAttemptAt: NOW })
    expect(deliveries[0]?.notification).toMatchObject({ test: false, url: 'https://b.example', omitted: [] })
    expect(deliveries[0]?.notification.items.map(({ incident }) => incident)).toEqual(['i1', 'i2'])
  })

  it('makes none of nothing', () => {
    expect(grouped([])).toEqual([])
  })

  it('gives each channel what its routes say, and nothing to channels that are not there', () => {
    const routes = [
      { match: { severity: ['critical' as const] }, to: ['chat', 'gone'], repeatMs: null, continue: true },
      { match: {}, to: ['mail'], repeatMs: null, continue: false },
    ]
    const deliveries = grouped([item({ incident: 'c' }), item({ incident: 'w', severity: 'warning' })], { routes })
    expect(deliveries.map(({ channel, notification }) => [channel, notification.items.length])).toEqual([
      ['chat', 1],
      ['mail', 2],
    ])
  })

  it('keeps what only routing needs out of the message', () => {
    expect(grouped([item({ tags: { secret: 'x' }, earlierSeverities: ['info'] })])[0]?.notification.items[0]).toEqual(
      anItem(),
    )
  })

  it('puts the worst first and what has recovered last', () => {
    const deliveries = grouped([
      item({ check: 'a', incident: 'a', kind: 'resolved', severity: 'critical' }),
      item({ check: 'b', incident: 'b', severity: 'info' }),
      item({ check: 'c', incident: 'c', severity: 'critical', status: 'stale' }),
      item({ check: 'd', incident: 'd', severity: 'critical', status: 'missing' }),
      item({ check: 'f', incident: 'f', severity: 'warning' }),
      item({ check: 'e', incident: 'e', severity: 'warning' }),
    ])
    expect(deliveries[0]?.notification.items.map((each) => subjectOfItem(each).name).join('')).toBe('dcefba')
  })

  it('puts what explains others before them, and services after their checks', () => {
    const deliveries = grouped([
      { ...aServiceItem({ severity: 'critical', incident: 's' }), tags: {} },
      item({ incident: 'c' }),
      { ...aSourceItem({ incident: 'm' }), tags: {} },
    ])
    expect(deliveries[0]?.notification.items.map(({ incident }) => incident).join('')).toBe('mcs')
  })

  it.each<[IncidentEventKind[], IncidentEventKind[]]>([
    [['opened', 'resolved'], []],
    [['opened', 'escalated', 'superseded'], []],
    [['superseded'], []],
    [['resolved'], ['resolved']],
    [
      ['opened', 'escalated'],
      ['opened', 'escalated'],
    ],
    [
      ['acknowledged', 'resolved'],
      ['acknowledged', 'resolved'],
    ],
  ])('tells of %j in one commit as %j', (kinds, told) => {
    const deliveries = grouped(kinds.map((kind, index) => item({ kind, check: String(index), status: 'stale' })))
    expect((deliveries[0]?.notification.items ?? []).map(({ kind }) => kind)).toEqual(told)
  })

  it('cancels by incident, not by check', () => {
    const deliveries = grouped([
      item({ kind: 'resolved', incident: 'old' }),
      item({ kind: 'opened', incident: 'new', type: 'BACKUP_MISSING' }),
    ])
    expect(deliveries[0]?.notification.items).toHaveLength(2)
  })

  it('reminds only where the route asks for it', () => {
    const routes = [
      { match: {}, to: ['mail'], repeatMs: null, continue: true },
      { match: {}, to: ['chat'], repeatMs: 1000, continue: false },
    ]
    expect(grouped([item({ kind: 'reminder' })], { routes }).map(({ channel }) => channel)).toEqual(['chat'])
  })

  it('keeps 50,000 items to a small message that counts what it leaves out', () => {
    const items = Array.from({ length: 50_000 }, (_, index) =>
      item({
        incident: `i${index}`,
        check: `fleet/${String(index).padStart(5, '0')}`,
        severity: index % 100 === 99 ? 'critical' : 'warning',
        kind: index % 2 === 0 ? 'resolved' : 'opened',
      }),
    )
    const [first] = grouped(items)
    expect(first?.notification.items).toHaveLength(MAX_ITEMS)
    expect(first?.notification.items.every(({ severity }) => severity === 'critical')).toBe(true)
    expect(first?.notification.omitted).toEqual([
      { kind: 'opened', type: 'BACKUP_STALE', severity: 'critical', count: 400 },
      { kind: 'opened', type: 'BACKUP_STALE', severity: 'warning', count: 24_500 },
      { kind: 'resolved', type: 'BACKUP_STALE', severity: 'warning', count: 25_000 },
    ])
    expect(JSON.stringify(first).length).toBeLessThan(200_000)
  })
})

describe('testDelivery', () => {
  it('looks like a real one that says it is a test', () => {
    const { notification, ...rest } = testDelivery('mail', 'id-1', NOW, null)
    expect(rest).toMatchObject({ id: 'id-1', channel: 'mail', state: 'pending' })
    expect(notification).toMatchObject({ key: 'id-1', test: true })
    expect(notification.items).toHaveLength(1)
  })
})
