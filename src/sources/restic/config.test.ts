import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { pushUrlOf, repositoryOf, resticConfig, thresholdOf } from './config.ts'
import { environmentOf } from './environment.ts'
import { restic } from './index.ts'
import { failureDomain, maskUrl, parseLocation } from './location.ts'
import { fromResticMonitor, ResticMonitorError } from './restic-monitor.ts'

const config = (raw: object) => resticConfig.parse(raw)
const problems = (raw: unknown): string[] => {
  const result = resticConfig.safeParse(raw)
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

/** As a person writes it in the file. */
const reference = (name: string) => ['$', `{env:${name}}`].join('')

const fleet = config({
  url: 's3:https://s3.example.com/restic-{{ .Name }}',
  mode: 'fast',
  max_age: '12h',
  repositories: {
    'web-server': { max_age: '1d' },
    'db-server': { push_url: 'https://kuma.example.com/api/push/TOKEN', url: 's3:https://s3.example.com/{{.Name}}' },
    plain: null,
  },
})

describe('scopes and addresses', () => {
  test('one scope a repository; a single one is called as the source is', () => {
    expect(restic.scopes('fleet', fleet).map(({ id }) => id)).toEqual([
      'fleet/web-server',
      'fleet/db-server',
      'fleet/plain',
    ])
    expect(restic.scopes('laptop', config({ repository: '/srv/r' }))).toEqual([
      { id: 'laptop/laptop', source: 'laptop', name: 'laptop' },
    ])
    expect(repositoryOf('laptop', config({ url: '/srv/r', mode: 'fast' }), 'laptop')).toMatchObject({ mode: 'fast' })
  })

  test('the template is filled in, literally', () => {
    expect(repositoryOf('fleet', fleet, 'web-server')?.url).toBe('s3:https://s3.example.com/restic-web-server')
    expect(repositoryOf('fleet', fleet, 'db-server')?.url).toBe('s3:https://s3.example.com/db-server')
    const odd = config({ url: '/srv/{{- .Name -}}/r', repositories: { "$&$'": {} } })
    expect(repositoryOf('x', odd, "$&$'")?.url).toBe("/srv/$&$'/r")
    expect(repositoryOf('fleet', fleet, 'constructor')).toBeNull()
  })

  test.each([
    ['/srv/r', { kind: 'local', path: '/srv/r' }],
    ['local:srv/r', { kind: 'local', path: 'srv/r' }],
    ['./a:b', { kind: 'local', path: './a:b' }],
    ['bogus:x', null],
    ['s3:https://h:9000/b/p//q/', { kind: 's3', host: 'h:9000', secure: true, bucket: 'b', prefix: 'p/q' }],
    ['s3:http://h/b', { kind: 's3', host: 'h', secure: false, bucket: 'b', prefix: '' }],
    ['s3://h/b/p', { kind: 's3', host: 'h', secure: true, bucket: 'b', prefix: 'p' }],
    ['s3:s3.amazonaws.com/b/p', { kind: 's3', host: 's3.amazonaws.com', secure: true, bucket: 'b', prefix: 'p' }],
    ['s3:https://h', null],
    ['sftp:u@h:/x', { kind: 'other', scheme: 'sftp' }],
    ['rest:https://u:p@h/x', { kind: 'other', scheme: 'rest' }],
  ])('%s', (url, location) => {
    expect(parseLocation(url)).toEqual(location)
  })

  test.each([
    ['s3:s3.amazonaws.com/b', 'aws', null],
    ['s3:https://s3.eu-central-1.amazonaws.com/b', 'aws', 'eu-central-1'],
    ['s3:https://s3.dualstack.us-gov-west-1.amazonaws.com/b', 'aws', 'us-gov-west-1'],
    ['s3:https://s3-eu-west-1.amazonaws.com/b', 'aws', 'eu-west-1'],
    ['s3:https://s3.amazonaws.com.evil.example/b', null, null],
    ['/srv/s3.amazonaws.com', null, null],
  ])('failure domain of %s', (url, provider, region) => {
    const location = parseLocation(url)
    expect(location && failureDomain(location)).toEqual({ provider, region })
  })

  test('the password in an address is masked', () => {
    expect(maskUrl('rest:https://user:s3cr:et@host/x')).toBe('rest:https://user:[secret]@host/x')
  })
})

describe('what is refused', () => {
  test.each([
    [{}, 'there is nothing to look at'],
    [{ url: '/srv/{{ .Name }}' }, 'url: a template needs repositories'],
    [
      { url: '/srv/{{ .Host }}', repositories: { a: {} } },
      'url: the template {{ .Host }} is not understood: only {{ .Name }} is',
    ],
    [{ url: '/srv/{{ .Name | upper }}', repositories: { a: {} } }, 'only {{ .Name }} is'],
    [{ url: '/srv/{{ .Name', repositories: { a: {} } }, 'only {{ .Name }} is'],
    [{ url: 'bogus:x', repositories: { a: {} } }, 'url: restic does not know such an address'],
    [{ repositories: { a: {} } }, 'repositories.a: where is it?'],
    [{ url: '/r', repositories: {} }, 'repositories: there is nothing'],
    [{ repository: '/r', repositories: { a: {} } }, 'repository: repository stands alone'],
    [{ url: '/r', repositories: { 'a/b': {} } }, 'repositories.a/b: Invalid'],
    [{ url: '/r', repositories: { a: { push_token: 'tok' } } }, 'repositories.a.push_token: a token needs a push_url'],
    [{ repository: '/r', password: 'x', password_file: 'y' }, 'password_file: there is a password too'],
    [{ repository: '/r', passwrod: 'x' }, 'passwrod'],
    [{ repository: '/r', options: ['--insecure-tls'] }, 'options.0: not an extended option'],
    [{ repository: '/r', extra_env: { 'A B': 'x' } }, 'extra_env.A B: Invalid'],
    [{ repository: '/r', group_by: ['user'] }, 'group_by.0'],
  ])('%j', (raw, problem) => {
    expect(problems(raw).join('\n')).toContain(problem)
  })
})

describe('thresholds and push', () => {
  test('the more specific wins, and says so', () => {
    const group = 'fleet/web-server/host:/a,/b'
    for (const check of ['fleet/web-server', group])
      expect(restic.threshold?.('fleet', fleet, check)).toMatchObject({
        setting: { max_age: 86_400_000 },
        from: 'sources.fleet.repositories.web-server.max_age',
      })
    expect(thresholdOf('fleet', fleet, 'plain')).toMatchObject({
      setting: { max_age: 43_200_000 },
      from: 'sources.fleet.max_age',
    })
    expect(thresholdOf('x', config({ repository: '/r' }), 'x')).toBeNull()
    expect(thresholdOf('x', config({ repository: '/r', schedule: '0 3 * * *' }), 'x')?.from).toBe('sources.x.schedule')
  })

  test('push is for the repository, not for the groups in it', () => {
    expect(restic.push?.('fleet', fleet, 'fleet/db-server')?.url.reveal()).toBe(
      'https://kuma.example.com/api/push/TOKEN',
    )
    expect(restic.push?.('fleet', fleet, 'fleet/db-server/host:/a')).toBeNull()
    expect(restic.push?.('fleet', fleet, 'fleet/web-server')).toBeNull()
  })

  test('a token is appended to the common address, and is a literal', () => {
    process.env.TEST_TOKEN = `to${reference('HOME')}k`
    const push = config({
      url: '/r/{{ .Name }}',
      push_url: 'https://kuma.example.com/api/push/',
      repositories: { a: { push_token: reference('TEST_TOKEN') }, b: {} },
    })
    expect(pushUrlOf('x', push, 'a')?.reveal()).toBe(`https://kuma.example.com/api/push/to${reference('HOME')}k`)
    expect(pushUrlOf('x', push, 'b')).toBeNull()
    delete process.env.TEST_TOKEN
  })
})

describe('the environment of restic', () => {
  const layered = config({
    url: '/r/{{ .Name }}',
    extra_env: { AWS_ACCESS_KEY_ID: 12345, RESTIC_PASSWORD: 'from the source', RESTIC_REPOSITORY_FILE: '/elsewhere' },
    repositories: { a: { password_file: 'pw/a' }, b: { extra_env: { AWS_ACCESS_KEY_ID: 'own' } } },
  })
  const own = {
    PATH: '/bin',
    RESTIC_PASSWORD_COMMAND: 'pass show',
    RESTIC_REPOSITORY: '/other',
    RESTIC_HOST: 'web',
    AWS_PROFILE: 'p',
    SLACK_URL: 'not for restic',
  }
  const of = (name: string) => {
    const repository = repositoryOf('x', layered, name)
    return repository && environmentOf(repository, '/etc/backproof', own)
  }

  test('one password, the most specific; of ours only what is meant for restic', () => {
    expect(of('a')).toEqual({
      PATH: '/bin',
      AWS_PROFILE: 'p',
      AWS_ACCESS_KEY_ID: '12345',
      RESTIC_PASSWORD_FILE: '/etc/backproof/pw/a',
      RESTIC_REPOSITORY: '/r/a',
      LC_ALL: 'C',
    })
    expect(of('b')).toMatchObject({ RESTIC_PASSWORD: 'from the source', AWS_ACCESS_KEY_ID: 'own' })
    expect(of('b')).not.toHaveProperty('RESTIC_PASSWORD_COMMAND')
  })
})

describe('permissions', () => {
  const actions = (raw: object) =>
    restic.permissions(config(raw)).map(({ action, resource }) => `${action} ${resource}`)

  test('S3: full reads few files, fast reads none', () => {
    expect(actions({ repository: 's3:https://h/bucket/p' })).toEqual([
      's3:ListBucket arn:aws:s3:::bucket',
      's3:GetObject arn:aws:s3:::bucket/p/config',
      's3:GetObject arn:aws:s3:::bucket/p/keys/*',
      's3:GetObject arn:aws:s3:::bucket/p/snapshots/*',
    ])
    expect(actions({ repository: 's3:https://h/bucket/p', mode: 'fast' })).toEqual([
      's3:ListBucket arn:aws:s3:::bucket (s3:prefix p/*)',
    ])
  })

  test('others, each once, without a password', () => {
    expect(actions({ url: '/srv/r', mode: 'fast', repositories: { a: {}, b: {} } })).toEqual(['list /srv/r/snapshots'])
    expect(actions({ repository: 'rest:https://u:p4ssword@h/r' })).toEqual(['read rest:https://u:[secret]@h/r'])
  })
})

describe('restic-monitor', () => {
  const document: unknown = parse(readFileSync(new URL('fixtures/restic-monitor.yaml', import.meta.url), 'utf8'))

  test('its own configuration is taken as it is', () => {
    const carried = config(fromResticMonitor(document))
    expect(restic.scopes('fleet', carried).map(({ id }) => id)).toEqual([
      'fleet/web-server',
      'fleet/db-server',
      'fleet/quiet',
    ])
    expect(repositoryOf('fleet', carried, 'web-server')).toMatchObject({
      url: 's3:https://s3.example.com/restic-web-server',
      groupBy: [],
      mode: 'full',
    })
    expect(repositoryOf('fleet', carried, 'web-server', { RESTIC_MONITOR_FAST: 'true' })?.mode).toBe('fast')
    expect(restic.push?.('fleet', carried, 'fleet/db-server')?.url.reveal()).toBe(
      'https://uptime-kuma.example.com/api/push/ap2F52Qjmup9dxyPcWa1eNt125AukcrV',
    )
    expect(restic.push?.('fleet', carried, 'fleet/quiet')).toBeNull()
    expect(thresholdOf('fleet', carried, 'web-server')?.setting.max_age).toBe(86_400_000)
    expect(thresholdOf('fleet', carried, 'db-server')?.setting.max_age).toBe(21_600_000)
  })

  test.each([[null], ['text'], [[]], [{}], [{ repositories: [] }], [{ repositories: { a: 'x' } }]])('not %j', (raw) => {
    expect(() => fromResticMonitor(raw)).toThrow(ResticMonitorError)
  })

  test('what it does not know is refused by name', () => {
    expect(problems(fromResticMonitor({ intervall: 5, repositories: { a: { url: '/r' } } })).join()).toContain(
      'intervall',
    )
  })
})
