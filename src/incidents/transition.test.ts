import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Finding } from '../domain/finding.ts'
import type { Incident, IncidentType } from '../domain/incident.ts'
import { instant } from '../domain/instant.ts'
import type { Severity } from '../domain/severity.ts'
import { retire, transition } from './transition.ts'

const NOW = instant(1_800_000_000_000)
let count = 0
const nextId = () => `id-${++count}`

type Wanted = [IncidentType, Severity] | null
function finding(outcome: Finding['outcome'], wanted: Wanted = null, rule = 'freshness'): Finding {
  const incident = wanted && { type: wanted[0], severity: wanted[1] }
  return { subject: 'a/b', rule, outcome, incident, reason: 'because', evidence: {}, changesAt: null }
}

/** Plays findings one after the other, and says what happened at each step. */
function play(steps: Finding[][], unresolved: Incident[] = []): string[][] {
  return steps.map((findings) => {
    const { incidents, events } = transition(unresolved, findings, NOW, nextId)
    const changed = new Map(incidents.map((incident) => [incident.id, incident]))
    unresolved = [...unresolved.filter(({ id }) => !changed.has(id)), ...incidents].filter(
      ({ state }) => state !== 'resolved',
    )
    const all = new Map(incidents.map((incident) => [incident.id, incident.type]))
    return events.map((event) => `${event.kind} ${all.get(event.incident)} ${event.severity}`)
  })
}

const STALE: Wanted = ['BACKUP_STALE', 'warning']
const MISSING: Wanted = ['BACKUP_MISSING', 'critical']
const ERROR: Wanted = ['CHECK_ERROR', 'warning']

describe('transition', () => {
  it('says what to do now, when that alone has changed', () => {
    const [opened] = transition([], [{ ...finding('fail', STALE), advice: 'Wait.' }], NOW, nextId).incidents
    const before = opened ? [opened] : []
    const adviseNow = (advice?: string | null) =>
      transition(before, [{ ...finding('fail', STALE), ...(advice === undefined ? {} : { advice }) }], NOW, nextId)
    expect(adviseNow('Run.')).toMatchObject({ incidents: [{ id: opened?.id, advice: 'Run.' }], events: [] })
    expect(adviseNow(null)).toMatchObject({ incidents: [{ advice: null }], events: [] })
    for (const same of [adviseNow('Wait.'), adviseNow()]) expect(same).toEqual({ incidents: [], events: [] })
  })

  it.each<[string, Finding[][], string[][]]>([
    ['opens once', [[finding('fail', STALE)], [finding('fail', STALE)]], [['opened BACKUP_STALE warning'], []]],
    [
      'resolves on recovery',
      [[finding('fail', STALE)], [finding('pass')]],
      [['opened BACKUP_STALE warning'], ['resolved BACKUP_STALE warning']],
    ],
    [
      'takes nothing back when it does not know',
      [[finding('fail', STALE)], [finding('unknown')]],
      [['opened BACKUP_STALE warning'], []],
    ],
    [
      'leaves paused ones alone',
      [[finding('fail', STALE)], [finding('not-applicable')]],
      [['opened BACKUP_STALE warning'], []],
    ],
    [
      'is superseded by what is as grave',
      [[finding('fail', STALE)], [finding('fail', MISSING)]],
      [['opened BACKUP_STALE warning'], ['superseded BACKUP_STALE warning', 'opened BACKUP_MISSING critical']],
    ],
    [
      'is superseded by what another tells better, though that is none of its own',
      [[finding('fail', STALE)], [{ ...finding('fail'), endedBy: 'superseded' }]],
      [['opened BACKUP_STALE warning'], ['superseded BACKUP_STALE warning']],
    ],
    [
      'ends when it is accepted, and reopens',
      [[finding('fail', STALE)], [{ ...finding('fail'), endedBy: 'accepted' }], [finding('fail', STALE)]],
      [['opened BACKUP_STALE warning'], ['resolved BACKUP_STALE warning'], ['opened BACKUP_STALE warning']],
    ],
    [
      'recovers to what is less grave',
      [[finding('fail', MISSING)], [finding('fail', STALE)]],
      [['opened BACKUP_MISSING critical'], ['resolved BACKUP_MISSING critical', 'opened BACKUP_STALE warning']],
    ],
    [
      'escalates and eases',
      [[finding('fail', STALE)], [finding('fail', ['BACKUP_STALE', 'critical'])], [finding('fail', STALE)]],
      [['opened BACKUP_STALE warning'], ['escalated BACKUP_STALE critical'], ['eased BACKUP_STALE warning']],
    ],
    [
      'keeps the rules apart',
      [
        [finding('fail', STALE)],
        [finding('unknown'), finding('fail', ERROR, 'readable')],
        [finding('pass'), finding('pass', null, 'readable')],
      ],
      [
        ['opened BACKUP_STALE warning'],
        ['opened CHECK_ERROR warning'],
        ['resolved BACKUP_STALE warning', 'resolved CHECK_ERROR warning'],
      ],
    ],
  ])('%s', (_, steps, expected) => {
    expect(play(steps)).toEqual(expected)
  })

  it('keeps an acknowledgement while the severity changes', () => {
    const [opened] = transition([], [finding('fail', STALE)], NOW, nextId).incidents
    if (!opened) throw new Error('nothing was opened')
    const seen: Incident = { ...opened, state: 'acknowledged', acknowledgedAt: NOW, acknowledgedBy: 'ann' }
    const [escalated] = transition([seen], [finding('fail', ['BACKUP_STALE', 'critical'])], NOW, nextId).incidents
    expect(escalated).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'ann', severity: 'critical' })
  })

  it('never has two unresolved incidents of one type, and an event for each change of state', () => {
    const outcome = fc.constantFrom<Finding>(
      finding('pass'),
      finding('unknown'),
      finding('not-applicable'),
      finding('fail', STALE),
      finding('fail', MISSING),
      finding('fail', ['BACKUP_FAILED', 'warning']),
    )
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 20 }), (findings) => {
        let unresolved: Incident[] = []
        for (const next of findings) {
          const { incidents, events } = transition(unresolved, [next], NOW, nextId)
          for (const incident of incidents) expect(events.some((event) => event.incident === incident.id)).toBe(true)
          const changed = new Set(incidents.map(({ id }) => id))
          unresolved = [...unresolved.filter(({ id }) => !changed.has(id)), ...incidents].filter(
            ({ state }) => state !== 'resolved',
          )
          expect(unresolved.length).toBeLessThanOrEqual(1)
          if (next.outcome === 'pass') expect(unresolved).toEqual([])
          if (next.incident) expect(unresolved[0]?.type).toBe(next.incident.type)
        }
      }),
    )
  })

  it('retires with an end for each incident', () => {
    const { incidents } = transition([], [finding('fail', STALE)], NOW, nextId)
    const ended = retire(incidents, 'gone', NOW, nextId)
    expect(ended.incidents).toMatchObject([{ state: 'resolved', resolvedBy: 'retired' }])
    expect(ended.events).toMatchObject([{ kind: 'resolved', reason: 'gone' }])
  })
})
