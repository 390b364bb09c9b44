import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import * as fc from 'fast-check'
import { startFauxqs } from 'fauxqs'
import { afterEach, describe, expect, it } from 'vitest'
import { type FakeFault, type FakeS3Options, startS3 } from '../../../test/fakes/s3-server.ts'
import { addressOf } from './address.ts'
import { parseIni } from './credentials.ts'
import { type Bucket, environmentCredentials, type ListOptions, openBucket, S3Error } from './index.ts'
import { parseListPage } from './list-page.ts'

const keys = { AKIAEXAMPLE: 'top/secret+key=' }
const credentials = async () => ({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'top/secret+key=' })
const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

async function server(options: FakeS3Options, timeoutMs = 20_000) {
  const s3 = await startS3({ keys, ...options })
  stops.push(() => s3.stop())
  const pauses: number[] = []
  const clock = { now: () => Date.now(), sleep: async (ms: number) => void pauses.push(ms) }
  const bucket = openBucket({ endpoint: s3.url, bucket: 'bucket', credentials, retry: { clock }, timeoutMs })
  return { s3, bucket, pauses, clock }
}

async function all(bucket: Bucket, options: Partial<ListOptions> = {}) {
  const objects = []
  const prefixes = []
  for await (const page of bucket.list({ prefix: '', ...options })) {
    objects.push(...page.objects)
    prefixes.push(...page.prefixes)
  }
  return { objects, prefixes, keys: objects.map((object) => object.key) }
}

async function failure(work: Promise<unknown>): Promise<S3Error> {
  const error = await work.then(
    () => null,
    (error: unknown) => error,
  )
  if (error instanceof S3Error) return error
  throw new Error(`no S3Error but ${String(error)}`)
}

const ODD = [
  'a b+c%.gz',
  'a/../b',
  'a//b',
  `<&>"'`,
  '\u00e4',
  '\uffff',
  '\ud83d\ude00',
  'x\ny',
  '%41',
  '+',
  'a?b#c',
  './x',
]

describe('list', () => {
  for (const urlEncoding of [true, false])
    it(`gives every key back, over pages, ${urlEncoding ? 'encoded as URLs' : 'escaped as XML'}`, async () => {
      const at = Date.parse('2024-02-29T23:59:59.123Z')
      const { s3, bucket } = await server({
        urlEncoding,
        objects: ODD.map((key, i) => ({ key, sizeBytes: i, lastModifiedAt: at + i, storageClass: 'GLACIER' })),
      })
      const { objects } = await all(bucket, { maxKeys: 5 })
      const sent = ODD.map((key, i) => ({ key, sizeBytes: i, lastModifiedAt: at + i, storageClass: 'GLACIER' }))
      expect(objects).toEqual(sent.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key))))
      expect(s3.requests).toHaveLength(3)
    })

  it('takes prefix, start-after and delimiter of any text, rightly signed', async () => {
    for (const prefix of ODD) {
      const { bucket } = await server({
        objects: [{ key: `${prefix}1` }, { key: `${prefix}2` }, { key: `${prefix}2/x` }],
      })
      expect((await all(bucket, { prefix, startAfter: `${prefix}1`, delimiter: '/' })).objects).toHaveLength(1)
      expect((await all(bucket, { prefix, delimiter: '/' })).prefixes).toEqual([`${prefix}2/`])
    }
  })

  it('reads a real stand-in that was filled by the SDK', async () => {
    const fauxqs = await startFauxqs({ port: 0, logger: false })
    stops.push(() => fauxqs.stop())
    fauxqs.createBucket('dumps')
    const access = { accessKeyId: 'a', secretAccessKey: 'b' }
    const sdk = new S3Client({
      endpoint: fauxqs.address,
      forcePathStyle: true,
      region: 'us-east-1',
      credentials: access,
    })
    for (const Key of ['pg/a b+c%.gz', 'pg/d&<e>.gz', 'zz'])
      await sdk.send(new PutObjectCommand({ Bucket: 'dumps', Key, Body: 'hello' }))
    sdk.destroy()
    const bucket = openBucket({ endpoint: fauxqs.address, bucket: 'dumps', credentials })
    expect((await all(bucket, { prefix: 'pg/' })).keys).toEqual(['pg/a b+c%.gz', 'pg/d&<e>.gz'])
    expect(Buffer.from(await bucket.get('pg/a b+c%.gz', { maxBytes: 5 })).toString()).toBe('hello')
    expect(await failure(bucket.get('none', { maxBytes: 5 }))).toMatchObject({ kind: 'not-found', code: 'NoSuchKey' })
  })

  it('follows a bucket to its region once, and remembers', async () => {
    const { s3, bucket } = await server({ region: 'eu-central-1', objects: [{ key: 'a' }] })
    expect((await all(bucket)).keys).toEqual(['a'])
    expect((await all(bucket)).keys).toEqual(['a'])
    expect(s3.requests).toHaveLength(3)
    const lost = { status: 301, code: 'PermanentRedirect', headers: { 'x-amz-bucket-region': 'eu-west-1' } }
    const other = await server({ fault: () => lost })
    expect(await failure(all(other.bucket))).toMatchObject({ kind: 'unreadable', code: 'PermanentRedirect' })
    expect(other.s3.requests).toHaveLength(2)
  })

  it('never lets a store choose the host by a strange region', async () => {
    const evil = { status: 400, code: 'AuthorizationHeaderMalformed', region: 'evil.example.com/x' }
    const { s3, bucket } = await server({ fault: () => evil })
    expect(await failure(all(bucket))).toMatchObject({ kind: 'unreadable' })
    expect(s3.requests).toHaveLength(1)
  })
})

describe('errors', () => {
  const s3 = (status: number, code: string, headers = {}) => ({
    status,
    code,
    message: 'says\u0007 the store',
    headers,
  })
  const table: [string, FakeFault, string, RegExp, number][] = [
    ['no permission', s3(403, 'AccessDenied'), 'denied', /access was denied/, 1],
    ['no bucket', s3(404, 'NoSuchBucket'), 'not-found', /no such bucket/, 1],
    ['unknown key', s3(403, 'InvalidAccessKeyId'), 'credentials', /not known/, 1],
    ['wrong secret', s3(403, 'SignatureDoesNotMatch'), 'credentials', /signature is wrong/, 1],
    ['old token', s3(400, 'ExpiredToken'), 'credentials', /expired/, 1],
    ['wrong clock', s3(403, 'RequestTimeTooSkewed'), 'clock', /clock/, 1],
    ['slow down', s3(503, 'SlowDown'), 'throttled', /less often/, 3],
    ['trouble', s3(500, 'InternalError'), 'network', /in trouble/, 3],
    ['denied without words', { raw: '', status: 403 }, 'denied', /access was denied/, 1],
    ['no S3 at all', { raw: '<html>Login</html>', status: 200 }, 'unreadable', /does not begin/, 1],
    ['not found page', { raw: 'nothing here', status: 404 }, 'not-found', /not there/, 1],
    ['hangs', 'hang', 'timeout', /no answer/, 3],
    ['is cut', 'cut', 'network', /cut/, 3],
  ]
  for (const [name, fault, kind, message, tries] of table)
    it(`${name}: ${kind} after ${tries}`, async () => {
      const { s3, bucket, pauses } = await server({ fault: () => fault }, fault === 'hang' ? 300 : undefined)
      const error = await failure(all(bucket, { prefix: 'pg/' }))
      expect(error).toMatchObject({ kind, advice: expect.any(String) })
      expect(error.message).toMatch(message)
      expect(error.message).toContain('s3://bucket/pg/')
      expect(error.message).not.toContain('\u0007')
      expect(s3.requests).toHaveLength(tries)
      expect(pauses).toHaveLength(tries - 1)
    })

  it('names the missing permission', async () => {
    const { bucket } = await server({ fault: () => s3(403, 'AccessDenied') })
    expect((await failure(all(bucket))).advice).toContain('s3:ListBucket on arn:aws:s3:::bucket')
    expect((await failure(bucket.get('x', { maxBytes: 1 }))).advice).toContain('s3:GetObject on arn:aws:s3:::bucket/x')
  })

  it('goes on after a passing error, in the middle of a list, as long as Retry-After says', async () => {
    const slow = s3(503, 'SlowDown', { 'retry-after': '7' })
    const {
      s3: fake,
      bucket,
      pauses,
    } = await server({
      objects: Array.from({ length: 25 }, (_, i) => ({ key: `k${i}` })),
      pageSize: 10,
      fault: (_, before) => (before === 1 ? slow : before === 3 ? 'cut' : undefined),
    })
    expect((await all(bucket)).objects).toHaveLength(25)
    expect(fake.requests).toHaveLength(5)
    expect(pauses[0]).toBe(7000)
  })

  it('does not wait an hour for a store that asks for it', async () => {
    const slow = s3(503, 'SlowDown', { 'retry-after': '3600' })
    const { s3: fake, bucket } = await server({ fault: () => slow })
    expect(await failure(all(bucket))).toMatchObject({ kind: 'throttled' })
    expect(fake.requests).toHaveLength(1)
  })

  it('stops at once when it is told to', async () => {
    const stop = new AbortController()
    const { s3: fake, bucket } = await server({
      fault: () => {
        stop.abort()
        return 'hang'
      },
    })
    expect(await failure(all(bucket, { signal: stop.signal }))).toMatchObject({ kind: 'timeout' })
    expect(fake.requests).toHaveLength(1)
  })

  it('says that nobody listens', async () => {
    const clock = { now: () => Date.now(), sleep: async () => {} }
    const bucket = openBucket({ endpoint: 'http://127.0.0.1:1', bucket: 'bucket', credentials, retry: { clock } })
    expect(await failure(all(bucket))).toMatchObject({ kind: 'network', code: 'ECONNREFUSED', status: null })
  })

  it('reads no more of an object than it was told', async () => {
    const { bucket } = await server({ objects: [{ key: 'a', body: '123456' }] })
    expect(await failure(bucket.get('a', { maxBytes: 5 }))).toMatchObject({ kind: 'unreadable' })
    expect(Buffer.from(await bucket.get('a', { maxBytes: 6 })).toString()).toBe('123456')
  })

  it('refuses keys that were not asked for, and a list that never ends', async () => {
    const page = (key: string, more: string) =>
      `<ListBucketResult><IsTruncated>${more !== ''}</IsTruncated>${more}<Contents><Key>${key}</Key><LastModified>2026-11-20T12:00:00.000Z</LastModified><Size>1</Size></Contents></ListBucketResult>`
    const stray = await server({ fault: () => ({ raw: page('other', '') }) })
    expect((await failure(all(stray.bucket, { prefix: 'pg/' }))).message).toContain('outside of the prefix')
    const token = '<NextContinuationToken>x</NextContinuationToken>'
    const endless = await server({ fault: () => ({ raw: page('pg/1', token) }) })
    expect((await failure(all(endless.bucket, { prefix: 'pg/' }))).message).toContain('again and again')
  })
})

describe('a page', () => {
  const entry = '<Contents><Key>a</Key><LastModified>2026-11-20T12:00:00Z</LastModified><Size>5</Size></Contents>'
  const wrap = (inner: string) => `<?xml version="1.0"?>\n<ListBucketResult xmlns="x">${inner}</ListBucketResult>\n`
  const whole = wrap(`<KeyCount>1</KeyCount><IsTruncated>false</IsTruncated>${entry}`)

  it('is never taken for whole when anything of it is missing', () => {
    expect(parseListPage(whole, 'x').objects).toHaveLength(1)
    const end = whole.trimEnd().length
    for (let length = 0; length < end; length++)
      expect(() => parseListPage(whole.slice(0, length), 'x')).toThrow(S3Error)
  })

  for (const [name, body] of [
    ['counts more than it holds', whole.replace('<KeyCount>1', '<KeyCount>2')],
    ['is truncated without a token', whole.replace('false', 'true')],
    ['has CDATA', wrap(`<IsTruncated>false</IsTruncated><![CDATA[${entry}]]>`)],
    ['has no date', whole.replace('2026-11-20T12:00:00Z', 'yesterday')],
    ['has no size', whole.replace('<Size>5</Size>', '')],
    ['has a negative size', whole.replace('<Size>5', '<Size>-5')],
    ['does not say IsTruncated', wrap(entry)],
  ] as const)
    it(`is refused when it ${name}`, () => expect(() => parseListPage(body, 'x')).toThrow(S3Error))

  it('has any date that a Date can be', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (at) => {
        const body = whole.replace('2026-11-20T12:00:00Z', new Date(at).toISOString())
        expect(parseListPage(body, 'x').objects[0]?.lastModifiedAt).toBe(at)
      }),
    )
  })

  it('lets nothing but an S3Error out, whatever it is fed', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...(whole.match(/<[^>]+>|[^<]+/g) ?? []), '&#x1F;', '%', '&') }),
        (body) => {
          try {
            parseListPage(body, 'x')
          } catch (error) {
            expect(error).toBeInstanceOf(S3Error)
          }
        },
      ),
    )
  })
})

describe('address', () => {
  const at = (bucket: string, more: object = {}) => {
    const { origin, path } = addressOf({ endpoint: null, region: 'eu-west-1', bucket, pathStyle: null, ...more })
    return origin + path
  }
  it('is by virtual host at Amazon and by path elsewhere, unless told', () => {
    expect(at('acme')).toBe('https://acme.s3.eu-west-1.amazonaws.com')
    expect(at('acme.com')).toBe('https://s3.eu-west-1.amazonaws.com/acme.com')
    expect(at('acme', { region: 'cn-north-1' })).toBe('https://acme.s3.cn-north-1.amazonaws.com.cn')
    expect(at('acme', { endpoint: 'https://s3.us-east-1.amazonaws.com' })).toBe(
      'https://acme.s3.eu-west-1.amazonaws.com',
    )
    expect(at('acme', { endpoint: 'http://minio:9000/s3/' })).toBe('http://minio:9000/s3/acme')
    expect(at('acme', { endpoint: 'http://minio:9000', pathStyle: false })).toBe('http://acme.minio:9000')
  })
  it('refuses what is no bucket, region or endpoint', () => {
    for (const bucket of ['', '..', 'a/b', 's3://a', 'a?b', 'a@evil']) expect(() => at(bucket), bucket).toThrow(S3Error)
    expect(() => at('acme', { region: 'x.evil' })).toThrow(S3Error)
    for (const endpoint of ['minio:9000', 'ftp://x', 'http://u:p@x'])
      expect(() => at('acme', { endpoint })).toThrow(S3Error)
  })
})

describe('environmentCredentials', () => {
  const dir = mkdtempSync(join(tmpdir(), 'aws-'))
  const files = { AWS_SHARED_CREDENTIALS_FILE: join(dir, 'credentials'), AWS_CONFIG_FILE: join(dir, 'config') }
  const pair = (id: string) => `aws_access_key_id = ${id}\naws_secret_access_key=${id}#secret;x # a comment\n`
  writeFileSync(
    files.AWS_SHARED_CREDENTIALS_FILE,
    `[default]\n${pair('D')}[ops]\r\n${pair('O')}aws_session_token = T\n`,
  )
  writeFileSync(
    files.AWS_CONFIG_FILE,
    `[profile "in config"]\n${pair('C')}[profile bare]\nregion = x\ns3 =\n  max = 1\n`,
  )

  it('takes the keys of the environment, then those of the profile', async () => {
    const of = (env: object, profile?: string) => environmentCredentials({ ...files, ...env }, { profile })()
    const own = { AWS_ACCESS_KEY_ID: 'E', AWS_SECRET_ACCESS_KEY: 'Esec' }
    expect(await of(own)).toEqual({ accessKeyId: 'E', secretAccessKey: 'Esec' })
    expect(await of({})).toEqual({ accessKeyId: 'D', secretAccessKey: 'D#secret;x' })
    expect(await of({ AWS_PROFILE: 'ops' })).toMatchObject({ accessKeyId: 'O', sessionToken: 'T' })
    expect(await of(own, 'ops')).toMatchObject({ accessKeyId: 'O' })
    expect(await of({}, 'in config')).toMatchObject({ accessKeyId: 'C' })
  })

  it('never falls back to asking as nobody', async () => {
    expect(await failure(environmentCredentials(files, { profile: 'bare' })())).toMatchObject({ kind: 'credentials' })
  })

  it('reads the files again after a while', async () => {
    let now = 0
    const provide = environmentCredentials(files, { now: () => now })
    const first = await provide()
    expect(await provide()).toBe(first)
    now += 61_000
    expect(await provide()).not.toBe(first)
  })

  it('reads INI without letting a section name reach the prototype', () => {
    expect(parseIni('[__proto__]\nx=1').get('__proto__')).toMatchObject({ x: '1' })
    expect(parseIni('x = 1\n[a]\ny').get('a')).toMatchObject({})
  })
})
