import { describe, expect, it } from 'vitest'
import { anItem, aServiceItem, aSourceItem } from '../../test/fakes/notification.ts'
import type { CheckItem } from '../domain/notification.ts'
import type { Route } from '../domain/route.ts'
import { type RoutableItem, type Routing, routesFor } from './route.ts'

const item = (more: Partial<CheckItem & Routing> = {}): RoutableItem => ({
  ...anItem(),
  tags: { env: 'prod' },
  ...more,
})
const route = (match: Route['match'], to: string[], more: Partial<Route> = {}): Route => ({
  match,
  to,
  repeatMs: null,
  continue: false,
  ...more,
})
const names = (routed: RoutableItem, routes: Route[]) => routesFor(routed, routes, ['a', 'b']).map((to) => to.channel)

describe('routesFor', () => {
  it('tells all channels where there are no routes', () => {
    expect(names(item(), [])).toEqual(['a', 'b'])
  })

  it('tells nobody where no route matches', () => {
    expect(names(item(), [route({ severity: ['info'] }, ['a'])])).toEqual([])
  })

  it.each<[string, Route['match'], boolean]>([
    ['nothing', {}, true],
    ['severity', { severity: ['warning', 'critical'] }, true],
    ['another severity', { severity: ['warning'] }, false],
    ['source', { source: ['fleet'] }, true],
    ['another source', { source: ['prod-aws'] }, false],
    ['owner', { owner: ['payments-team'] }, true],
    ['another owner', { owner: ['web-team'] }, false],
    ['type of the check', { type: ['restic'] }, true],
    ['type of the incident', { type: ['BACKUP_STALE'] }, true],
    ['another type', { type: ['borg'] }, false],
    ['tag', { tags: { env: 'prod' } }, true],
    ['another value of the tag', { tags: { env: 'dev' } }, false],
    ['a tag that is not there', { tags: { team: 'x' } }, false],
    ['what every object has', { tags: { toString: 'x' } }, false],
    ['all of several', { severity: ['critical'], source: ['fleet'] }, true],
    ['one of several', { severity: ['critical'], source: ['other'] }, false],
  ])('matches by %s', (_, match, matches) => {
    expect(names(item(), [route(match, ['a'])])).toEqual(matches ? ['a'] : [])
  })

  it.each<[string, Route['match'], boolean, boolean]>([
    ['nothing', {}, true, true],
    ['owner', { owner: ['payments-team'] }, true, false],
    ['label of the service, tag of the source', { tags: { env: 'prod' } }, true, true],
    ['source', { source: ['fleet'] }, false, true],
    ['what it is: service', { type: ['service'] }, true, false],
    ['what it is: source', { type: ['source'] }, false, true],
    ['type of the incident', { type: ['SERVICE_OFF_SITE'] }, true, false],
    ['type of a check', { type: ['restic'] }, false, false],
  ])('matches services and sources by %s', (_, match, service, source) => {
    const routes = [route(match, ['a'])]
    expect(names({ ...aServiceItem(), tags: { env: 'prod' } }, routes)).toEqual(service ? ['a'] : [])
    expect(names({ ...aSourceItem(), tags: { env: 'prod' } }, routes)).toEqual(source ? ['a'] : [])
  })

  it('does not match an owner where there is none', () => {
    expect(names(item({ owner: null }), [route({ owner: ['payments-team'] }, ['a'])])).toEqual([])
  })

  it('stops at the first match, unless that says to go on', () => {
    expect(names(item(), [route({}, ['a']), route({}, ['b'])])).toEqual(['a'])
    expect(names(item(), [route({}, ['a'], { continue: true }), route({}, ['b'])])).toEqual(['a', 'b'])
  })

  it('names each channel once, with the shortest reminder interval', () => {
    const routes = [
      route({}, ['a', 'b'], { repeatMs: 100, continue: true }),
      route({}, ['a'], { repeatMs: 50, continue: true }),
      route({}, ['b']),
    ]
    expect(routesFor(item(), routes, [])).toEqual([
      { channel: 'a', repeatMs: 50 },
      { channel: 'b', repeatMs: 100 },
    ])
  })

  it.each<[RoutableItem['kind'], string[]]>([
    ['escalated', ['pager', 'mail']],
    ['resolved', ['pager', 'mail']],
    ['acknowledged', ['pager', 'mail']],
    ['opened', ['pager']],
    ['reminder', ['pager']],
  ])('tells of "%s" also where the milder state was told, if that is news there', (kind, channels) => {
    const routes = [route({ severity: ['critical'] }, ['pager']), route({ severity: ['warning'] }, ['mail'])]
    expect(names(item({ kind, earlierSeverities: ['warning'] }), routes)).toEqual(channels)
  })
})
