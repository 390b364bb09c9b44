import { createServer, request } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import { ACCOUNT, startAws } from '../../../../test/fakes/aws-server.ts'
import { type FakeS3Options, startS3 } from '../../../../test/fakes/s3-server.ts'
import { scanOf } from '../../../../test/fakes/scan.ts'
import { instant } from '../../../domain/instant.ts'
import { createAws } from '../index.ts'

const OTHER = '210987654321'
const NOW = instant(Date.parse('2026-11-20T12:00:00Z'))
const HOUR = 3_600_000
const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

/** STS and S3 at one address: queries are posted, buckets are got. */
async function serve(s3Options: FakeS3Options) {
  const aws = await startAws({ keys: { AKIATEST: ACCOUNT }, accounts: { [ACCOUNT]: {}, [OTHER]: {} } })
  const s3 = await startS3({ region: 'eu-central-1', ...s3Options })
  const server = createServer((asked, answer) => {
    const { port } = new URL(asked.method === 'GET' ? s3.url : aws.url)
    const { method, headers, url: path } = asked
    const onward = request({ host: '127.0.0.1', port, method, headers, path }, (answered) => {
      answer.writeHead(answered.statusCode ?? 500, answered.headers)
      answered.pipe(answer)
    })
    asked.pipe(onward)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  stops.push(
    () => aws.stop(),
    () => s3.stop(),
    async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  )
  return { endpoint: `http://127.0.0.1:${address.port}`, aws, s3 }
}

const KEYS = { access_key_id: 'AKIATEST', secret_access_key: 'the secret of the test' }
const dump = { bucket: 'bucket', prefix: 'pg/appdb-', expected_frequency_hours: 24, min_size: '1KiB' }
const objects = [
  { key: 'pg/appdb-1.gz', lastModifiedAt: NOW - HOUR, sizeBytes: 2048 },
  { key: 'pg/appdb-2.gz', lastModifiedAt: NOW - 60_000, sizeBytes: 5 },
  { key: 'pg/other.gz', lastModifiedAt: NOW, sizeBytes: 2048 },
]

it('reads a dump with the credentials of the role of its account', async () => {
  const arn = (account: string) => `arn:aws:iam::${account}:role/backproof-read`
  const session = `ASIA${OTHER}N0`
  const { endpoint, s3, aws } = await serve({ objects, keys: { [session]: `temporary-secret-of-${session}` } })
  const written = {
    endpoint,
    ...KEYS,
    accounts: [{ role_arn: arn(ACCOUNT) }, { role_arn: arn(OTHER) }],
    regions: ['eu-central-1'],
    checks: { s3_dumps: [{ ...dump, account: OTHER, region: 'eu-central-1' }] },
  }
  const scope = `s3:${OTHER}:bucket/pg/appdb-`
  const found = await scanOf(createAws({ env: {} }), written, { name: 'prod', scope, now: NOW })
  expect(found.fault).toBeNull()
  expect(found.checks).toMatchObject([
    { check: `prod/${scope}`, type: 's3-dump', resource: { id: 's3://bucket/pg/appdb-', account: OTHER } },
  ])
  expect(found.points.map(({ id, state }) => [id, state])).toEqual([
    ['pg/appdb-2.gz', 'implausible'],
    ['pg/appdb-1.gz', 'complete'],
  ])
  expect(aws.counts()).toEqual({ AssumeRole: 1 })
  expect(s3.requests).toHaveLength(1)
})

it('says what is missing where S3 refuses, in the words of the bucket', async () => {
  const { endpoint } = await serve({ objects, fault: () => ({ status: 403, code: 'AccessDenied' }) })
  const written = { endpoint, ...KEYS, regions: ['eu-central-1'], checks: { s3_dumps: [dump] } }
  const { fault } = await scanOf(createAws({ env: {} }), written, { scope: 's3:bucket/pg/appdb-', now: NOW })
  expect(fault).toMatchObject({
    kind: 'denied',
    advice: expect.stringContaining('s3:ListBucket on arn:aws:s3:::bucket'),
  })
})

const source = createAws({ env: {} })
const configOf = (more: object, dumps: object[]) =>
  source.config.safeParse({ ...more, regions: ['eu-central-1'], checks: { s3_dumps: dumps } })

it('is a scope and a check of its own, with its own threshold and permissions', () => {
  const config = configOf({}, [
    dump,
    { bucket: 'bucket', name: 'all', object_lock: 'verify', push_url: 'https://kuma/api/push/x' },
  ])
  if (!config.success) throw config.error
  expect(source.scopes('prod', config.data).map(({ id }) => id)).toEqual(['prod/s3:bucket/pg/appdb-', 'prod/s3:all'])
  expect(source.threshold?.('prod', config.data, 'prod/s3:bucket/pg/appdb-')).toMatchObject({
    setting: { expected_frequency_hours: 24 },
    from: 'sources.prod.checks.s3_dumps[0].expected_frequency_hours',
  })
  expect(source.push?.('prod', config.data, 'prod/s3:all')).toMatchObject({ format: 'kuma' })
  expect(source.permissions(config.data).map(({ action, resource }) => `${action} ${resource}`)).toEqual([
    's3:ListBucket arn:aws:s3:::bucket',
    's3:ListBucket arn:aws:s3:::bucket',
    's3:GetObjectRetention arn:aws:s3:::bucket/*',
  ])
})

it.each([
  ['twice the same', {}, [dump, dump], 'is there twice'],
  ['whose account of several', { accounts: [{ id: ACCOUNT }], role_name: 'read' }, [dump], 'give account'],
  ['an account of one', {}, [{ ...dump, account: OTHER }], 'one account only'],
  [
    'a stranger',
    { accounts: [{ id: ACCOUNT }], role_name: 'read' },
    [{ ...dump, account: OTHER }],
    'none of the accounts',
  ],
])('refuses %s', (_, more, dumps, words) => {
  expect(JSON.stringify(configOf(more, dumps).error?.issues)).toContain(words)
})
