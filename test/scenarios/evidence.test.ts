import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { instant } from '../../src/domain/instant.ts'
import type { EvidenceEntry } from '../../src/evidence/entry.ts'
import { upkeep } from '../../src/jobs/upkeep-loop.ts'
import { rememberSecret } from '../../src/lib/redact.ts'
import { judgeServices } from '../../src/tasks/judge-services.ts'
import { acknowledge, pause, resume } from '../../src/tasks/operations.ts'
import { anInstance, HOUR, START } from '../fakes/estate-instance.ts'
import { aSigner, linesOfBundle, verified } from '../fakes/evidence.ts'
import { aService } from '../fakes/services.ts'

const signer = aSigner()
const never = new AbortController().signal

let it_: Awaited<ReturnType<typeof anInstance>>
beforeEach(async () => {
  it_ = await anInstance()
  it_.context.signer = () => signer
})
afterEach(() => it_.close())

async function entries(...kinds: string[]): Promise<(EvidenceEntry & { is: Record<string, unknown> })[]> {
  const all = await it_.store.read.evidence(0, 100_000)
  return all
    .filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
    .map((entry) => ({ ...entry, is: JSON.parse(entry.body) }))
}
const bodies = async (...kinds: string[]) => (await entries(...kinds)).map(({ is }) => is)

async function verdict() {
  const head = await it_.store.read.evidenceHead()
  const lines = await linesOfBundle(await it_.store.read.evidence(0, 100_000), signer, false, head?.chain)
  return verified(`${lines.join('\n')}\n`, { keys: [signer] })
}

const round = () => upkeep(it_.context, never, null, true)

describe('what enters the chain', () => {
  it('is each turn of a check with its incident, and who acknowledged it', async () => {
    it_.estate.set('web', [0])
    await it_.round()
    await it_.after(25)
    const [incident] = (await it_.store.read.incidents({}, 1)).items
    rememberSecret('hunter2-hunter2')
    await acknowledge(incident?.id ?? '', 'ann', 'the password was hunter2-hunter2', it_.context)
    it_.estate.set('web', [0, 25])
    await it_.after(1)
    expect(await bodies('status')).toEqual([
      expect.objectContaining({ check: 'fleet/web', from: null, to: 'ok' }),
      expect.objectContaining({ check: 'fleet/web', from: 'ok', to: 'stale' }),
      expect.objectContaining({ check: 'fleet/web', from: 'stale', to: 'ok' }),
    ])
    const about = { subject: 'fleet/web', type: 'BACKUP_STALE', incident: incident?.id }
    expect(await bodies('incident')).toEqual([
      expect.objectContaining({ ...about, event: 'opened', by: null }),
      expect.objectContaining({ ...about, event: 'acknowledged', by: 'ann', reason: 'the password was [secret]' }),
      expect.objectContaining({ ...about, event: 'resolved', by: null }),
    ])
    expect((await verdict()).touch).toBeNull()
  })

  it('is a pause, its end by hand, and a check that is taken out of watch', async () => {
    it_.estate.set('web', [0])
    await it_.round()
    await pause('fleet/web', instant(START + 9 * HOUR), 'ann', 'moving with hunter2-hunter2', it_.context)
    await resume('fleet/web', 'bob', it_.context)
    it_.estate.delete('web')
    await it_.after(1)
    const said = { check: 'fleet/web' }
    expect(await bodies('pause', 'resume')).toEqual([
      { ...said, until: '2026-11-20T21:00:00Z', reason: 'moving with [secret]', by: 'ann' },
      { ...said, by: 'bob' },
    ])
    expect((await bodies('status')).at(-1)).toMatchObject({ ...said, from: 'ok', to: 'retired' })
    expect(JSON.stringify(await bodies())).not.toContain('hunter2')
  })

  it('is the configuration by its parts: at the start, and what changes', async () => {
    const parts = async () => (await bodies('configuration')).map(({ event, part }) => [event, part])
    expect(await parts()).toEqual([
      ['added', 'sources.fleet'],
      ['added', 'channels.oncall'],
      ['added', 'routes'],
      ['added', 'rest'],
      ['in-force', undefined],
    ])
    const [fleet] = await bodies('configuration')
    expect(fleet?.settings).toMatchObject({ threshold: { max_age: 24 * HOUR }, defaultMaxAgeMs: 24 * HOUR })
    await it_.configure({})
    expect(await parts()).toHaveLength(5)
    const [source] = it_.context.config().sources
    if (!source) throw new Error('no source')
    await it_.configure({ sources: [{ ...source, threshold: { max_age: HOUR } }], channels: [] })
    expect((await parts()).slice(5)).toEqual([
      ['changed', 'sources.fleet'],
      ['removed', 'channels.oncall'],
      ['in-force', undefined],
    ])
    expect((await bodies('configuration'))[5]?.settings).toMatchObject({ threshold: { max_age: HOUR } })
  })

  it('is nothing of a source but what it is judged by', async () => {
    const [source] = it_.context.config().sources
    if (!source) throw new Error('no source')
    const uuid = '6f1c3a3e-0c0e-4c4e-9a3f-1d2e3f405061'
    const config = {
      url: 'https://ann:hunter2@example.com',
      heartbeats: { nightly: { uuid, grace: HOUR, schedule: '30 2 * * *', tags: { a: uuid } }, other: { uuid } },
    }
    await it_.configure({ sources: [{ ...source, config }] })
    const all = await bodies('configuration')
    expect(all.findLast(({ part }) => part === 'sources.fleet')?.settings).toMatchObject({
      settings: { heartbeats: { nightly: { grace: HOUR, schedule: '30 2 * * *' } } },
    })
    expect(JSON.stringify(all)).not.toMatch(/hunter2|6f1c3a3e/)
  })

  it('is what becomes of waivers', async () => {
    const waiver = { rule: 'copies', reason: 'second site in spring', owner: 'ann', until: instant(START + 10 * HOUR) }
    const service = (waivers: (typeof waiver)[]) => ({
      services: [{ ...aService('shop', { waivers }), at: { file: 'x', line: 1, column: 1 } }],
    })
    const last = async () => (await bodies('waiver')).at(-1)
    await it_.configure(service([waiver]))
    expect(await last()).toEqual({ event: 'made', service: 'shop', ...waiver, until: '2026-11-20T22:00:00Z' })
    await it_.configure(service([{ ...waiver, owner: 'bob' }]))
    expect(await last()).toMatchObject({ event: 'changed', owner: 'bob' })
    await it_.configure(service([]))
    expect(await last()).toMatchObject({ event: 'removed', owner: 'bob' })
    await it_.configure(service([waiver]))
    await it_.after(9)
    await round()
    expect(await last()).toMatchObject({ event: 'made' })
    await it_.after(1)
    await round()
    await round()
    expect((await bodies('waiver')).map(({ event }) => event)).toEqual(['made', 'changed', 'removed', 'made', 'ended'])
    // it stands in the configuration still, and is not made again
    await it_.configure({ errorGrace: 7 })
    expect(await bodies('waiver')).toHaveLength(5)
  })
})

describe('a clock that was ahead', () => {
  const waiver = { rule: 'ownership', reason: 'moving', owner: 'cto', until: instant(START + 240 * HOUR) }
  const service = (parts: Partial<typeof waiver> = {}) => ({
    services: [
      {
        ...aService('shop', { owner: null, waivers: [{ ...waiver, ...parts }] }),
        at: { file: 'x', line: 1, column: 1 },
      },
    ],
  })
  const said = async () => (await bodies('waiver')).map(({ event }) => event)
  const open = async () =>
    (await it_.store.read.incidents({ subject: 'service:shop', states: ['open'] }, 9)).items.map(({ type }) => type)
  const judge = async () => {
    await it_.round()
    await judgeServices(it_.context, { patient: false, signal: new AbortController().signal })
    await round()
  }

  it('has waivers end, and count again once it is put right', async () => {
    await it_.configure(service())
    await judge()
    expect([await said(), await open()]).toEqual([['made'], expect.not.arrayContaining(['SERVICE_OWNERSHIP'])])
    await it_.clock.advance(400 * HOUR)
    await judge()
    await it_.configure({ errorGrace: 7 })
    expect([await said(), await open()]).toEqual([['made', 'ended'], expect.arrayContaining(['SERVICE_OWNERSHIP'])])
    await it_.clock.advance(-399 * HOUR)
    await judge()
    await judge()
    expect([await said(), await open()]).toEqual([
      ['made', 'ended', 'resumed'],
      expect.not.arrayContaining(['SERVICE_OWNERSHIP']),
    ])
    await it_.clock.advance(300 * HOUR)
    await judge()
    expect(await said()).toEqual(['made', 'ended', 'resumed', 'ended'])
    await it_.configure(service({ until: instant(START + 900 * HOUR) }))
    await it_.configure({ services: [] })
    expect(await said()).toEqual(['made', 'ended', 'resumed', 'ended', 'made', 'removed'])
  })
})

describe('upkeep', () => {
  it('signs what is new at once, then once an hour, and only if anything is', async () => {
    await round()
    await round()
    expect(await entries('checkpoint')).toHaveLength(1)
    await it_.after(2)
    await round()
    expect(await entries('checkpoint')).toHaveLength(1)
    it_.estate.set('web', [0])
    await it_.after(1)
    await round()
    expect(await entries('checkpoint')).toHaveLength(2)
    it_.estate.set('db', [0])
    await it_.after(0.9)
    await round()
    expect(await entries('checkpoint')).toHaveLength(2)
    await it_.after(0.2)
    await round()
    expect(await verdict()).toMatchObject({ touch: null, checkpoints: 3, otherKeys: [] })
  })

  it('goes on without a signature where the key can not be used', async () => {
    it_.context.signer = () => {
      throw new Error('no key')
    }
    await round()
    expect(await entries('checkpoint')).toEqual([])
    expect(await entries('configuration')).not.toEqual([])
  })

  it('cuts what is older than it is kept, a day at a time, under a signature', async () => {
    it_.estate.set('web', [0])
    await it_.round()
    await it_.configure({ evidence: { key: null, keepMs: 48 * HOUR } })
    await it_.after(71)
    await round()
    expect(await entries('cut')).toEqual([])
    const before = (await entries()).length
    await it_.after(2)
    await round()
    const [cut] = await entries('cut')
    expect(cut?.is).toMatchObject({ from: 1 })
    expect((await entries()).length).toBeLessThan(before)
    await round()
    expect(await entries('cut')).toHaveLength(1)
    expect(await verdict()).toMatchObject({ touch: null })
  })
})
