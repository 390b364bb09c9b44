import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { forgetEnvironment, scan } from './fixtures/scan.ts'

forgetEnvironment()
const id = (n: number) => n.toString(16).padStart(64, '0')

describe('a local folder', () => {
  let dir: string
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'restic-fast-'))
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  function repository(name: string, snapshots: Record<string, string> | null): string {
    const path = join(dir, name)
    mkdirSync(join(path, 'snapshots'), { recursive: true })
    if (snapshots) writeFileSync(join(path, 'config'), 'x')
    for (const [file, text] of Object.entries(snapshots ?? {})) {
      writeFileSync(join(path, 'snapshots', file), text)
      utimesSync(join(path, 'snapshots', file), 1_700_000_000, 1_700_000_000)
    }
    return path
  }
  const read = (url: string, place = {}) => scan({ repository: url, mode: 'fast', binary: '/no/such' }, 'fleet', place)

  test('snapshots by their names and times, without restic and without a password', async () => {
    const path = repository('some', {
      [id(1)]: 'x',
      [id(2)]: '',
      [`${id(3)}-tmp-123`]: 'unfinished',
      [id(4).toUpperCase().replace('4', 'A')]: 'no name of a snapshot',
      'notes.txt': 'x',
    })
    mkdirSync(join(path, 'snapshots', id(5)))
    const { checks, points, fault } = await read(`local:${path}`)
    expect(fault).toBeNull()
    expect(checks).toEqual([expect.objectContaining({ check: 'fleet/fleet', type: 'restic' })])
    expect(checks[0]?.detail).toMatch(
      /times are when each snapshot was stored.*hosts, paths and tags can not be told apart/,
    )
    expect(points.sort((a, b) => a.id.localeCompare(b.id))).toEqual([
      {
        check: 'fleet/fleet',
        id: id(1),
        recoverableTo: 1_700_000_000_000,
        completedAt: 1_700_000_000_000,
        sizeBytes: null,
        state: 'complete',
        problem: null,
      },
      expect.objectContaining({ id: id(2), state: 'implausible', problem: 'its file is empty' }),
    ])
  })

  test('more snapshots than are looked at together, by a path relative to the configuration', async () => {
    repository('many', Object.fromEntries(Array.from({ length: 100 }, (_, n) => [id(n), 'x'])))
    expect((await read('./many', { directory: dir })).points).toHaveLength(100)
  })

  test('an empty one has no point; one that is gone is not found', async () => {
    const empty = await read(repository('empty', {}))
    expect([empty.fault, empty.points]).toEqual([null, []])
    expect((await read(join(dir, 'gone'))).fault).toMatchObject({ kind: 'not-found' })
    // an unmounted disk, with the folder it is mounted on
    expect((await read(repository('unmounted', null))).fault).toMatchObject({ kind: 'not-found' })
  })

  test('trouble with the folder is told apart', async () => {
    const file = join(dir, 'file')
    writeFileSync(file, 'x')
    expect((await read(file)).fault).toMatchObject({ kind: 'not-found', message: expect.stringContaining('no folder') })
    const loop = join(dir, 'loop')
    symlinkSync(loop, loop)
    expect((await read(loop)).fault).toMatchObject({ kind: 'unreadable' })
  })

  test('is stopped with the look', async () => {
    const { fault } = await read(join(dir, 'some'), { signal: AbortSignal.abort() })
    expect(fault).toMatchObject({ kind: 'timeout' })
  })

  test('RESTIC_MONITOR_FAST is the default of the mode', async () => {
    process.env.RESTIC_MONITOR_FAST = 'true'
    const { points } = await scan({ repository: join(dir, 'some') })
    delete process.env.RESTIC_MONITOR_FAST
    expect(points).toHaveLength(2)
  })
})

describe('S3', () => {
  let server: Server
  let requests: URL[]
  let headers: (string | undefined)[]
  let keys: string[]
  let refuse: string | null
  let endpoint: string

  // as https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html has it
  beforeEach(async () => {
    requests = []
    headers = []
    keys = []
    refuse = null
    server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://s3')
      requests.push(url)
      headers.push(request.headers.authorization)
      response.setHeader('content-type', 'application/xml')
      if (refuse) {
        response.statusCode = 403
        response.end(`<?xml version="1.0"?><Error><Code>${refuse}</Code><Message>no</Message></Error>`)
        return
      }
      const all = keys.filter((key) => key.startsWith(url.searchParams.get('prefix') ?? '')).sort()
      const from = Number(url.searchParams.get('continuation-token') ?? 0)
      const max = Number(url.searchParams.get('max-keys') ?? 1000)
      const page = all.slice(from, from + max)
      const more = from + max < all.length
      const contents = page.map(
        (key) =>
          `<Contents><Key>${encodeURIComponent(key)}</Key><LastModified>2026-11-20T10:00:00.000Z</LastModified><Size>300</Size></Contents>`,
      )
      response.end(
        `<?xml version="1.0"?><ListBucketResult><EncodingType>url</EncodingType><KeyCount>${page.length}</KeyCount>` +
          `<IsTruncated>${more}</IsTruncated>${contents.join('')}` +
          `${more ? `<NextContinuationToken>${from + max}</NextContinuationToken>` : ''}</ListBucketResult>`,
      )
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    endpoint = typeof address === 'object' && address ? `127.0.0.1:${address.port}` : ''
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  const extra_env = {
    AWS_ACCESS_KEY_ID: 'AKIATEST',
    AWS_SECRET_ACCESS_KEY: 'fast-secret',
    AWS_DEFAULT_REGION: 'eu-test-1',
  }
  const read = (path = 'bucket/some/prefix') =>
    scan({ repository: `s3:http://${endpoint}/${path}`, mode: 'fast', extra_env })

  test('one request for a repository, signed with its own keys', async () => {
    keys = [
      `some/prefix/snapshots/${id(1)}`,
      'some/prefix/snapshots/',
      'some/prefix/config',
      `some/prefix/snapshots/x/${id(2)}`,
    ]
    const { points, fault } = await read()
    expect(fault).toBeNull()
    expect(points).toEqual([
      expect.objectContaining({ id: id(1), recoverableTo: Date.UTC(2026, 10, 20, 10), sizeBytes: null }),
    ])
    expect(requests).toHaveLength(1)
    expect(requests[0]?.pathname).toMatch(/^\/bucket\/?$/)
    expect(requests[0]?.searchParams.get('prefix')).toBe('some/prefix/snapshots/')
    expect(headers[0]).toMatch(/Credential=AKIATEST\/\d+\/eu-test-1\/s3/)
  })

  test('in the root of a bucket, more than a page', async () => {
    keys = Array.from({ length: 1500 }, (_, n) => `snapshots/${id(n)}`)
    const { points } = await read('bucket')
    expect(new Set(points.map((point) => point.id)).size).toBe(1500)
    expect(requests).toHaveLength(2)
  })

  test('an empty repository takes one request more, and is not taken for one that is gone', async () => {
    keys = ['some/prefix/config']
    const empty = await read()
    expect([empty.fault, empty.points, requests.length]).toEqual([null, [], 2])
    keys = ['some/prefix/config.old']
    expect((await read()).fault).toMatchObject({ kind: 'not-found' })
  })

  test('a refusal is an error, and holds no secret', async () => {
    refuse = 'AccessDenied'
    const { fault, checks } = await read()
    expect(fault).toMatchObject({ kind: 'denied' })
    expect(fault?.advice).toContain('s3:ListBucket')
    expect(checks).toEqual([])
    refuse = 'SignatureDoesNotMatch'
    expect((await read()).fault).toMatchObject({ kind: 'credentials' })
    expect(JSON.stringify(fault)).not.toContain('fast-secret')
  })
})
