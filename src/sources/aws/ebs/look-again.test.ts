import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { ACCOUNT, type FakeAws, type FakeSnapshot, startAws } from '../../../../test/fakes/aws-server.ts'
import { scanOf } from '../../../../test/fakes/scan.ts'
import { instant } from '../../../domain/instant.ts'
import { createAws } from '../index.ts'

const START = Date.parse('2026-11-20T12:00:00Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const at = (ms: number) => new Date(START + ms).toISOString()
const snap = (id: string, volume: string, ms: number, more: Partial<FakeSnapshot> = {}): FakeSnapshot => ({
  id,
  volume,
  startedAt: at(ms),
  ...more,
})

let region: { volumes: { id: string; createdAt?: string }[]; snapshots: FakeSnapshot[] }
let fault: 'hang' | undefined | { code: string }
let server: FakeAws
let look: (minutes: number) => Promise<{ good: Record<string, string>; asked: Record<string, number>; failed: boolean }>

beforeEach(async () => {
  region = {
    volumes: [{ id: 'vol-a' }, { id: 'vol-b' }, { id: 'vol-none' }],
    snapshots: [
      snap('a1', 'vol-a', -3 * HOUR),
      snap('b1', 'vol-b', -167.5 * HOUR),
      snap('b2', 'vol-b', -5 * HOUR, { state: 'pending' }),
    ],
  }
  fault = undefined
  server = await startAws({
    accounts: { [ACCOUNT]: { 'eu-central-1': region } },
    fault: ({ parameters }) => (parameters.get('Filter.1.Name') === 'create-time' ? fault : undefined),
  })
  const source = createAws({ env: {} })
  const written = {
    endpoint: server.url,
    access_key_id: 'AKIATEST',
    secret_access_key: 'the secret',
    role_arn: `arn:aws:iam::${ACCOUNT}:role/read`,
    regions: ['eu-central-1'],
    checks: { ebs: {} },
  }
  const config = source.config.parse(written)
  const same = { ...source, config: z.unknown().transform(() => config) }
  let memory: unknown = null
  look = async (minutes) => {
    const before = server.requests.length
    const now = instant(START + minutes * MINUTE)
    const scanned = await scanOf(same, written, { now, memory, name: 'prod' })
    memory = scanned.memory ?? memory
    const asked = server.requests.slice(before).map(({ parameters }) => parameters.get('Filter.1.Name') ?? 'all')
    return {
      good: Object.fromEntries(
        scanned.checks.map(({ check, resource }) => [
          resource.id,
          scanned.points.find((point) => point.check === check && point.state === 'complete')?.id ?? '-',
        ]),
      ),
      asked: Object.fromEntries([...Map.groupBy(asked, (each) => each)].map(([name, all]) => [name, all.length])),
      failed: scanned.fault !== null,
    }
  }
})
afterEach(() => server.stop())

it('asks only for what is new, in three requests', async () => {
  const first = await look(0)
  expect(first.good).toEqual({ 'vol-a': 'a1', 'vol-b': 'b1', 'vol-none': '-' })
  region.snapshots = [
    ...region.snapshots.filter(({ id }) => id !== 'b2'),
    snap('b2', 'vol-b', -5 * HOUR),
    snap('a2', 'vol-a', 10 * MINUTE),
    snap('none1', 'vol-none', -10 * MINUTE),
    snap('new1', 'vol-new', 12 * MINUTE),
  ]
  region.volumes.push({ id: 'vol-new', createdAt: at(11 * MINUTE) })
  const second = await look(15)
  expect(second.good).toEqual({ 'vol-a': 'a2', 'vol-b': 'b2', 'vol-none': 'none1', 'vol-new': 'new1' })
  expect(second.asked).toEqual({ 'start-time': 1, 'create-time': 1, 'snapshot-id': 1 })
  expect((await look(30)).asked).toEqual({ 'start-time': 1, 'create-time': 1 })
})

it('reads whole again after an hour: what was deleted meanwhile is gone then', async () => {
  await look(0)
  region.snapshots = region.snapshots.filter(({ id }) => id !== 'a1')
  region.volumes = region.volumes.filter(({ id }) => id !== 'vol-none')
  expect((await look(45)).good).toEqual({ 'vol-a': 'a1', 'vol-b': 'b1', 'vol-none': '-' })
  const whole = await look(60)
  expect(whole.good).toEqual({ 'vol-a': '-', 'vol-b': 'b1' })
  expect(whole.asked).toMatchObject({ 'start-time': 3 })
})

it('a volume that passes its threshold is asked for once more, before it is called stale', async () => {
  await look(0)
  region.volumes = region.volumes.filter(({ id }) => id !== 'vol-b')
  expect((await look(15)).good).toHaveProperty('vol-b')
  const late = await look(31)
  expect(late.good).toEqual({ 'vol-a': 'a1', 'vol-none': '-' })
  expect(late.asked).toMatchObject({ 'volume-id': 1 })
})

it('a pending snapshot that was given up is forgotten', async () => {
  await look(0)
  region.snapshots = region.snapshots.filter(({ id }) => id !== 'b2')
  expect((await look(15)).asked).toMatchObject({ 'snapshot-id': 1 })
  expect((await look(30)).asked).not.toHaveProperty('snapshot-id')
})

it('what failed half-way is not built upon, and a clock that jumps back is not either', async () => {
  await look(0)
  fault = { code: 'UnauthorizedOperation' }
  expect((await look(15)).failed).toBe(true)
  fault = undefined
  expect((await look(30)).asked).toMatchObject({ all: 1, 'start-time': 3 })
  expect((await look(20)).asked).toMatchObject({ all: 1, 'start-time': 3 })
})
