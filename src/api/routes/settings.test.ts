import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startApi, type TestApi } from '../../../test/fakes/api.ts'
import { NOW } from '../../../test/fakes/notification.ts'
import { toIso } from '../../domain/instant.ts'
import { redact } from '../../lib/redact.ts'
import { Secret } from '../../lib/secret.ts'
import * as schemas from '../schemas.ts'
import * as settingSchemas from '../setting-schemas.ts'

let api: TestApi
beforeEach(async () => {
  api = await startApi()
})
afterEach(() => api[Symbol.asyncDispose]())

const CANARY = 'canary-hunter2-7f3a'
const SHELF = `type: shelf\nurl: x\npassword: ${CANARY}\nboxes: { web: { max_age: 1d } }`

const put = (path: string, yaml: string, query = '') => api.send('PUT', `/api/v1/settings/${path}${query}`, { yaml })
const list = async () => settingSchemas.settingList.parse((await api.get('/api/v1/settings')).body)
const errorsOf = (answer: { body: unknown }) => schemas.problem.parse(answer.body).errors ?? []

test('what is made is in force, with its secrets masked, by whom and when', async () => {
  const saved = await put('source/more', SHELF)
  expect([saved.status, settingSchemas.setting.parse(saved.body)]).toEqual([
    200,
    {
      kind: 'source',
      name: 'more',
      type: 'shelf',
      origin: 'here',
      read_only: false,
      in_force: true,
      yaml: 'type: shelf\nurl: x\npassword: "[secret]"\nboxes:\n  web:\n    max_age: 1d\n',
      defined_at: null,
      created_at: toIso(NOW),
      updated_at: toIso(NOW),
      updated_by: 'dashboard',
      problems: [],
    },
  ])
  expect((await list()).items).toEqual([saved.body])
  const [source] = api.context.config().sources.filter(({ name }) => name === 'more')
  expect(JSON.stringify(source)).not.toContain(CANARY)
  expect(source?.config).toMatchObject({ password: expect.any(Secret) })
  const sources = schemas.sourceList.parse((await api.get('/api/v1/sources')).body).items
  expect(sources.at(-1)).toMatchObject({ name: 'more', defined_at: 'settings: sources/more:1:1' })
})

test('a try says the same, and changes nothing', async () => {
  const tried = await put('source/more', SHELF.replace(CANARY, 'only-typed-4'), '?dry_run=true')
  expect([tried.status, tried.body]).toEqual([200, expect.objectContaining({ created_at: null, in_force: true })])
  expect((await list()).items).toEqual([])
  expect(redact('a password of only-typed-4')).toContain('only-typed-4')
})

test('mistakes are told with their places, as those of the file', async () => {
  for (const query of ['', '?dry_run=true']) {
    const answer = await put('source/more', 'type: shelf\nurl: x\nboxes:\n  web: { maxage: 1d, grace: 5 }\n', query)
    expect([answer.status, errorsOf(answer)]).toEqual([
      422,
      [
        expect.objectContaining({ field: 'sources.more.boxes.web.maxage', line: 4, column: 10, suggestion: 'max_age' }),
        expect.objectContaining({ field: 'sources.more.boxes.web.grace', line: 4, column: 29 }),
      ],
    ])
    expect(answer.body).toMatchObject({ detail: expect.stringContaining('settings: sources/more:4:10: ') })
  }
  expect((await list()).items).toEqual([])
})

test.each([
  ['source/more', 'type: shelf\nurl: ${env:HOME}\nboxes: {}', 'in the file only'],
  ['source/more', 'type: shelf\nurl: x\nboxes: {}\npassword: ${file:/etc/passwd}', 'in the file only'],
  ['source/a b', 'type: shelf\nurl: x\nboxes: {}', 'is not a name'],
  ['channel/more', 'type: nothing', 'no kind of channel'],
  ['route/more', 'to: nobody', 'there is no channel'],
  ['service/more', 'tier: 99', 'too large'],
  ['service/more', '', 'it is empty'],
])('%s %j is refused', async (path, yaml, words) => {
  const answer = await put(path, yaml)
  expect([answer.status, JSON.stringify(answer.body)]).toEqual([422, expect.stringContaining(words)])
})

test('what the file has is the file’s', async () => {
  const answer = await put('source/fleet', SHELF)
  expect([answer.status, answer.body]).toEqual([
    409,
    expect.objectContaining({ detail: expect.stringContaining('backproof.yaml:12:5') }),
  ])
  expect((await api.send('DELETE', '/api/v1/settings/source/fleet')).status).toBe(409)
  expect((await api.send('DELETE', '/api/v1/settings/source/none')).status).toBe(404)
  expect((await api.send('DELETE', '/api/v1/settings/nothing/none')).status).toBe(400)
})

test('a stored secret is kept by its mask, and never sent elsewhere', async () => {
  await put('source/more', SHELF)
  const masked = SHELF.replace(CANARY, '"[secret]"')
  const longer = await put('source/more', masked.replace('1d', '2d'))
  expect([longer.status, longer.body]).toEqual([200, expect.objectContaining({ in_force: true })])
  const source = api.context.config().sources.find(({ name }) => name === 'more')
  const { password }: { password?: unknown } = Object(source?.config)
  expect(password instanceof Secret && password.reveal()).toBe(CANARY)

  const elsewhere = await put('source/more', masked.replace('url: x', 'url: https://evil.example.com'))
  expect([elsewhere.status, errorsOf(elsewhere)]).toEqual([
    422,
    [expect.objectContaining({ line: 3, message: expect.stringContaining('write this secret again') })],
  ])
  expect(errorsOf(await put('source/other', masked)).map(({ message }) => message)).toEqual([
    expect.stringContaining('no stored secret'),
  ])
})

test('what others need is not deleted', async () => {
  await put('channel/mail', `type: horn\nurl: https://h.example.com/${CANARY}`)
  await put('route/night', 'to: mail')
  const refused = await api.send('DELETE', '/api/v1/settings/channel/mail')
  expect([refused.status, refused.body]).toEqual([
    409,
    expect.objectContaining({ detail: expect.stringContaining('route night') }),
  ])
  expect((await api.send('DELETE', '/api/v1/settings/route/night')).status).toBe(200)
  expect((await api.send('DELETE', '/api/v1/settings/channel/mail')).status).toBe(200)
  expect((await list()).items).toEqual([])
  expect(api.context.config().channels.map(({ name }) => name)).toEqual(['oncall'])
})

test('the secret is in no file of the database, no answer and no log', async () => {
  const answers = [
    await put('source/more', SHELF),
    await put('source/more', SHELF.replace('1d', '25 hours')),
    await put('channel/mail', `type: horn\nurl: https://h.example.com/${CANARY}`),
    await put('channel/bad', `type: horn\nurl: ${CANARY}\ntitle: "${CANARY}`),
    await put('channel/bad', `type: horn\nurl: ${CANARY}`),
    await put('channel/bad', `type: horn\nurll: ${CANARY}`),
  ]
  for (const path of ['/settings', '/sources', '/channels', '/summary', '/checks', '/deliveries'])
    answers.push(await api.get(`/api/v1${path}`))
  await api.send('DELETE', '/api/v1/settings/channel/mail')
  for (const answer of answers) expect(JSON.stringify(answer.body)).not.toContain(CANARY)
  expect(api.logged.join()).not.toContain(CANARY)
  const files = readdirSync(api.directory)
  expect(files).toContain('backproof.db-wal')
  for (const file of files) expect(readFileSync(`${api.directory}/${file}`).includes(CANARY), file).toBe(false)
})

test('a page of another site can change nothing, and nobody can without the login', async () => {
  const foreign = await api.send(
    'PUT',
    '/api/v1/settings/source/more',
    { yaml: SHELF },
    { origin: 'https://evil.example.com' },
  )
  expect(foreign.status).toBe(403)
  await using closed = await startApi({
    server: {
      auth: {
        password: new Secret('correct horse'),
        passwordHash: null,
        tokens: [{ name: 'ci', token: new Secret('token-of-ci-123') }],
      },
    },
  })
  expect((await closed.get('/api/v1/settings')).status).toBe(401)
  expect((await closed.send('PUT', '/api/v1/settings/source/more', { yaml: SHELF })).status).toBe(401)
  expect((await closed.send('DELETE', '/api/v1/settings/source/more')).status).toBe(401)
  const saved = await closed.send(
    'PUT',
    '/api/v1/settings/source/more',
    { yaml: SHELF },
    { authorization: 'Bearer token-of-ci-123' },
  )
  expect(saved.body).toMatchObject({ updated_by: 'API token ci' })
})

test('the file can have the last word', async () => {
  await using closed = await startApi({ server: { settings: 'file' } })
  const answer = await closed.send('PUT', '/api/v1/settings/service/more', { yaml: 'tier: 1' })
  expect([answer.status, answer.body]).toEqual([
    403,
    expect.objectContaining({ detail: expect.stringContaining('settings: file') }),
  ])
})
