import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { instant } from '../../src/domain/instant.ts'
import type { Observation, ObservedDrill } from '../../src/domain/observation.ts'
import { lookAtAllDue } from '../../src/jobs/look-loop.ts'
import type { PullSource } from '../../src/sources/source.ts'
import { anInstance, HOUR, START } from '../fakes/estate-instance.ts'

/** What the place reports of restores; a fault: it does not say. */
let reports: ObservedDrill[] | 'fault' = []

/** A place that has one backup, and tells of restores that were tried. */
const vault: PullSource = {
  type: 'vault',
  defaultMaxAgeMs: 24 * HOUR,
  defaultEveryMs: HOUR,
  config: z.unknown(),
  scopes: (source) => [{ id: `${source}/db`, source, name: 'db' }],
  permissions: () => [],
  async *scan({ id }, _, { now }): AsyncIterable<Observation> {
    const resource = { id: 'db', name: 'db', provider: null, account: null, region: null, tags: {} }
    yield { kind: 'resource', check: id, type: 'vault', resource }
    const point = { check: id, id: '1', recoverableTo: now, completedAt: null, sizeBytes: 1 }
    yield { kind: 'recovery-point', point: { ...point, state: 'complete', problem: null } }
    if (reports === 'fault') {
      yield job('j9')
      const fault = { kind: 'denied' as const, message: 'nobody may ask', advice: null }
      return yield { kind: 'scope-failed', scope: id, fault }
    }
    yield* reports
    yield { kind: 'scope-complete', scope: id, points: 'all' }
  },
}

function job(id: string, parts: Partial<ObservedDrill> = {}): ObservedDrill {
  const at = instant(START - 5 * HOUR)
  const told = { by: 'plan weekly', outcome: 'restored' as const, rtaMs: HOUR, rpaMs: null, gaps: [], note: null }
  return { kind: 'drill', check: 'fleet/db', id, at, ...told, ...parts }
}

let it_: Awaited<ReturnType<typeof anInstance>>
beforeEach(async () => {
  reports = []
  it_ = await anInstance()
  const { sources } = it_.context.config()
  await it_.configure({ sources: sources.map((source) => ({ ...source, source: vault, threshold: {} })) })
})
afterEach(() => it_.close())

async function look(seen: typeof reports): Promise<void> {
  reports = seen
  await it_.clock.advance(HOUR)
  await lookAtAllDue(it_.context, new AbortController().signal)
}
const kept = async (ended = false) => (await it_.store.read.drills({ ended }, 100)).items

it('a restore that a place reports is kept once, however often it is told', async () => {
  const told = [job('j1'), job('j2', { at: instant(START), outcome: 'failed', note: 'no space left', gaps: ['quota'] })]
  await look(told)
  const first = await kept()
  expect(first).toMatchObject([
    { check: 'fleet/db', service: null, at: START, outcome: 'failed', note: 'no space left', gaps: ['quota'] },
    { by: 'plan weekly', origin: 'source', recordedBy: 'fleet', reference: 'fleet:j1', rtaMs: HOUR, replaces: null },
  ])
  await look(told.toReversed())
  expect(await kept(true)).toEqual(first)
  await look([])
  expect(await kept()).toEqual(first)
})

it('one that has gone on since replaces its record', async () => {
  await look([job('j1')])
  const [before] = await kept()
  await look([job('j1', { outcome: 'verified' })])
  expect(await kept()).toMatchObject([{ outcome: 'verified', replaces: before?.id }])
  expect(await kept(true)).toHaveLength(2)
  await look([job('j1', { outcome: 'verified' })])
  expect(await kept(true)).toHaveLength(2)
})

it('what a person has withdrawn does not come back, and what a person has corrected stays as it is', async () => {
  await look([job('j1'), job('j2')])
  const [withdrawn, corrected] = await kept()
  if (!withdrawn || !corrected) throw new Error('they were not kept')
  const end = { at: instant(START), by: 'ann', reason: 'only the table of test data', replacedBy: null }
  const { ended: _, ...record } = corrected
  await it_.store.write(async (tx) => {
    await tx.endDrill(withdrawn.id, end)
    await tx.addDrills([{ ...record, id: 'by-hand', origin: 'hand', rtaMs: 2 * HOUR, replaces: corrected.id }])
  })
  await look([job('j1', { outcome: 'verified' }), job('j2', { outcome: 'verified' })])
  expect(await kept()).toMatchObject([{ id: 'by-hand', rtaMs: 2 * HOUR }])
})

it('a look that failed half-way tells of no restore, and neither does a clock that is ahead', async () => {
  await look('fault')
  expect(await kept()).toEqual([])
  await look([job('j1', { at: instant(START + 9 * HOUR) })])
  expect(await kept()).toEqual([])
})

it('what comes from outside is made fit to be kept', async () => {
  const words = 'see https://ann:hunter22@backup.example.com/'
  await look([job('j1', { by: words, note: words.repeat(1000), gaps: [words], rtaMs: Number.NaN, rpaMs: -5 })])
  const [one] = await kept()
  expect(JSON.stringify(one)).not.toContain('hunter22')
  expect(one).toMatchObject({ rtaMs: null, rpaMs: null })
  expect(one?.note?.length).toBeLessThanOrEqual(4000)
})
