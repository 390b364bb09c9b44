import { afterEach, expect, it } from 'vitest'
import { type FakeS3, type FakeS3Options, startS3 } from '../../../../test/fakes/s3-server.ts'
import { instant } from '../../../domain/instant.ts'
import type { Observation } from '../../../domain/observation.ts'
import { silentLog } from '../../../lib/log.ts'
import { openBucket } from '../../../lib/s3/index.ts'
import { dumpOf, dumpPermissions, dumpSchema } from './dump.ts'
import { observeDump } from './observe.ts'

const HOUR = 3_600_000
const NOW = Date.parse('2026-11-20T12:00:00Z')
const until = NOW + 720 * HOUR
let s3: FakeS3 | null = null
afterEach(() => s3?.stop())

const dumpWith = (settings: object) => dumpOf(dumpSchema.parse({ bucket: 'bucket', prefix: 'pg/', ...settings }), {})

async function look(settings: object, options: FakeS3Options) {
  s3 = await startS3(options)
  const clock = { now: () => Date.now(), sleep: async () => {} }
  const bucket = openBucket({ endpoint: s3.url, bucket: 'bucket', credentials: async () => null, retry: { clock } })
  const where = { check: 's3/app', resource: { name: 'app', provider: null, account: null, region: null } }
  const seen: Observation[] = []
  for await (const one of observeDump(bucket, dumpWith(settings), where, {
    now: instant(NOW),
    signal: new AbortController().signal,
    log: silentLog,
    directory: '/',
    memory: null,
    remember: () => {},
  }))
    seen.push(one)
  const resource = seen.find(({ kind }) => kind === 'resource')
  return { resource, points: seen.length - 1, requests: s3.requests.length }
}

const dump = { key: 'pg/a', lastModifiedAt: NOW - HOUR }
const forbidden: FakeS3Options['fault'] = ({ query }) =>
  'retention' in query ? { status: 403, code: 'AccessDenied' } : undefined
const busy: FakeS3Options['fault'] = ({ query }) =>
  'retention' in query ? { status: 503, code: 'SlowDown' } : undefined

it.each([
  ['compliance mode', { mode: 'COMPLIANCE', until }, {}, 'pass', { how: 'object lock, compliance', until }],
  ['governance mode', { mode: 'GOVERNANCE', until }, {}, 'fail', undefined],
  ['an end that is past', { mode: 'COMPLIANCE', until: NOW }, {}, 'fail', undefined],
  ['no retention', undefined, {}, 'fail', undefined],
  ['a bucket without object lock', undefined, { objectLock: false }, 'fail', undefined],
  ['no permission to see it', { mode: 'COMPLIANCE', until }, { fault: forbidden }, 'unknown', undefined],
] as const)('%s', async (_, retention, options, outcome, immutability) => {
  const objects = [{ ...dump, ...(retention && { retention }) }]
  const { resource, requests, points } = await look(
    { object_lock: 'required' },
    { objects, objectLock: true, ...options },
  )
  expect(resource).toMatchObject({ conditions: [{ type: 'LOCK_MISSING', outcome }] })
  expect(resource?.kind === 'resource' && resource.immutability).toEqual(immutability)
  expect({ requests, points }).toEqual({ requests: 2, points: 1 })
})

it('is told, and no incident, where it is only to be verified', async () => {
  const { resource } = await look({ object_lock: 'verify' }, { objects: [dump] })
  expect(resource).toMatchObject({ detail: expect.stringContaining('is not locked') })
  expect(resource).not.toHaveProperty('conditions')
})

it('what can not be seen for the moment fails the look: nothing is taken back', async () => {
  await expect(look({ object_lock: 'required' }, { objects: [dump], fault: busy })).rejects.toMatchObject({
    kind: 'throttled',
  })
})

it('is not asked for without being told to, and needs a permission of its own', async () => {
  expect((await look({}, { objects: [dump] })).requests).toBe(1)
  expect(dumpPermissions(dumpWith({})).map(({ action }) => action)).toEqual(['s3:ListBucket'])
  expect(dumpPermissions(dumpWith({ object_lock: 'verify' }))).toMatchObject([
    { action: 's3:ListBucket', resource: 'arn:aws:s3:::bucket' },
    { action: 's3:GetObjectRetention', resource: 'arn:aws:s3:::bucket/pg/*' },
  ])
})
