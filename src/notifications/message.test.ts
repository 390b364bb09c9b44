import { describe, expect, it } from 'vitest'
import { aNotification, anItem, aServiceItem, aSourceItem, HOSTILE } from '../../test/fakes/notification.ts'
import type { CheckItem } from '../domain/notification.ts'
import { message, oneLine } from './message.ts'

const headline = (more: Partial<CheckItem>) =>
  message(aNotification({ items: [anItem(more)] }), 10).entries[0]?.headline

describe('message', () => {
  it('says what is wrong with what, how old it is and what is allowed', () => {
    const { subject, entries, more } = message(aNotification(), 10)
    const line =
      'CRITICAL · web-server (fleet): last recoverable point 2d 3h ago, threshold 24h (sources.fleet.max_age)'
    expect(subject).toBe(`[Backproof] ${line}`)
    expect(entries.map((entry) => entry.headline)).toEqual([line])
    expect(entries[0]?.details).toEqual([
      'The newest good recovery point is from 2026-11-18T09:00:00Z: past its limit since 2026-11-19T09:00:00Z.',
      'What to do: See whether the job ran on the machine that is backed up.',
      'Resource: web-server, account: aws / 123456789012 / eu-central-1',
      'Check: fleet/web-server, backup type: restic, incident: BACKUP_STALE, status: stale',
      'Last recoverable point: 2026-11-18 09:00:00 UTC',
      'Services: payments',
      'Owner: payments-team',
      'At: 2026-11-20 12:00:00 UTC',
    ])
    expect(more).toEqual([])
  })

  it('says what is wrong with a service, and what to do', () => {
    const { subject, entries } = message(aNotification({ items: [aServiceItem()] }), 10)
    const line =
      'WARNING · payments (service, tier 1), off-site: All copies are in one account (123456789012): its loss takes every way back.'
    expect(subject).toBe(`[Backproof] ${line}`)
    expect(entries.map((entry) => [entry.headline, ...entry.details])).toEqual([
      [
        line,
        'What to do: Keep at least one copy in a separate failure domain.',
        'Service: payments, rule: off-site, incident: SERVICE_OFF_SITE',
        'Owner: payments-team',
        'At: 2026-11-20 12:00:00 UTC',
      ],
    ])
  })

  it('says that a service is well again, without advice', () => {
    const item = aServiceItem({ kind: 'resolved', tier: null, reason: 'A copy lies elsewhere.' })
    const [entry] = message(aNotification({ items: [item] }), 10).entries
    expect(entry?.headline).toBe('RESOLVED · payments (service), off-site: A copy lies elsewhere.')
    expect(entry?.details).toHaveLength(3)
  })

  it('keeps the whole of a long reason', () => {
    const reason = `${'many words '.repeat(30)}and an end`
    const [entry] = message(aNotification({ items: [aServiceItem({ reason })] }), 10).entries
    expect(entry?.details[0]).toBe(reason)
  })

  it('says that much broke at once', () => {
    const { subject, entries } = message(aNotification({ items: [aSourceItem(), anItem()] }), 10)
    expect(subject).toBe('[Backproof] 2 critical: fleet, web-server')
    expect(entries[0]?.headline).toBe(
      'CRITICAL · fleet (source): 12 of 40 checks that were well turned bad together: look for one cause, and think of an attack.',
    )
    expect(entries[0]?.details).toEqual([
      'Source: fleet, rule: mass-change, incident: SOURCE_MASS_CHANGE',
      'At: 2026-11-20 12:00:00 UTC',
    ])
  })

  it('leaves out what is not known', () => {
    const bare = anItem({
      resource: { id: 'x', name: 'x', provider: null, account: null, region: null },
      lastRecoveryPointAt: null,
      ageMs: null,
      owner: null,
      services: [],
      status: 'missing',
      advice: undefined,
    })
    const { entries } = message(aNotification({ items: [bare] }), 10)
    expect(entries[0]?.headline).toBe(
      'CRITICAL · x (fleet): no good recovery point, threshold 24h (sources.fleet.max_age)',
    )
    expect(entries[0]?.details.filter((line) => /null|undefined/.test(line))).toEqual([])
    expect(entries[0]?.details[1]).toBe('Resource: x')
  })

  it.each<[Partial<CheckItem>, RegExp]>([
    [{ severity: 'warning' }, /^WARNING · web-server/],
    [{ kind: 'escalated' }, /^CRITICAL, got worse · /],
    [{ kind: 'eased', severity: 'info' }, /^INFO, got better · /],
    [{ kind: 'reminder' }, /^CRITICAL, still open · /],
    [{ kind: 'acknowledged' }, /^ACKNOWLEDGED · /],
    [{ kind: 'resolved', status: 'ok', ageMs: 300_000 }, /^RESOLVED · web-server \(fleet\): last .* 5m ago, threshold/],
    [{ status: 'failed' }, /: the newest job failed, last recoverable point 2d 3h ago,/],
    [{ status: 'error' }, /: could not be checked, last recoverable point 2d 3h ago,/],
    [{ ageMs: -600_000 }, /10m ahead/],
    [{ ageMs: 0 }, /0s ago/],
    [{ thresholdMs: null, ageMs: null, status: 'due' }, /: due$/],
  ])('%j', (more, expected) => {
    expect(headline(more)).toMatch(expected)
  })

  it('says that a test is one', () => {
    expect(message(aNotification({ test: true }), 1).subject).toMatch(/^\[Backproof\] TEST, CRITICAL · /)
  })

  it('counts several in the subject and what it leaves out below', () => {
    const items = ['a', 'b', 'c', 'd'].map((name) =>
      anItem({ resource: { ...anItem().resource, name }, severity: name === 'a' ? 'critical' : 'warning' }),
    )
    const omitted = [
      { kind: 'resolved' as const, type: 'BACKUP_STALE' as const, severity: 'warning' as const, count: 25_000 },
      { kind: 'opened' as const, type: 'BACKUP_STALE' as const, severity: 'warning' as const, count: 7 },
    ]
    const { subject, entries, more } = message(aNotification({ items, omitted }), 3)
    expect(subject).toBe('[Backproof] 1 critical, 10 warning, 25000 resolved: a, b, c and more')
    expect(entries).toHaveLength(3)
    expect(more).toEqual(['8 more: BACKUP_STALE, warning, opened', '25000 more: BACKUP_STALE, warning, resolved'])
  })

  it('lets no name add a line, hide a character or grow without end', () => {
    const hostile = `${HOSTILE}${'y'.repeat(100_000)}`
    const item = anItem({
      resource: { id: hostile, name: hostile, provider: hostile, account: hostile, region: hostile },
      reason: hostile,
      advice: hostile,
      check: hostile,
      source: hostile,
      thresholdFrom: hostile,
      owner: hostile,
      services: [hostile],
    })
    const one = message(aNotification({ items: [item] }), 10)
    const two = message(aNotification({ items: [item, item] }), 10)
    const lines = [one.subject, two.subject, ...one.entries.flatMap((entry) => [entry.headline, ...entry.details])]
    for (const line of lines) {
      expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u)
      expect(line.isWellFormed()).toBe(true)
      expect(Array.from(line).length).toBeLessThanOrEqual(400)
    }
    expect(Array.from(one.subject).length).toBeLessThanOrEqual(200)
  })
})

describe('oneLine', () => {
  it.each([
    ['a\r\n b\tc', 10, 'a b c'],
    ['  a  ', 10, 'a'],
    ['a\u202eb\u200bc\u2028d', 10, 'a b c d'],
    ['12345', 5, '12345'],
    ['123456', 5, '1234…'],
    ['😀😀😀', 3, '😀😀😀'],
    ['😀😀😀😀', 3, '😀😀…'],
    ['a\ud800b', 5, 'a\ufffdb'],
  ])('%j cut to %i', (text, length, expected) => {
    expect(oneLine(text, length)).toBe(expected)
  })
})
