import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApi, type TestApi } from '../../../test/fakes/api.ts'
import { NOW } from '../../../test/fakes/notification.ts'
import { fillReportEstate, reportConfig } from '../../../test/fakes/report-estate.ts'
import { plus, toIso } from '../../domain/instant.ts'
import { Secret } from '../../lib/secret.ts'
import { report } from '../report-schemas.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi({ context: { config: () => reportConfig() } })
  await fillReportEstate(api.store)
})
afterAll(() => api[Symbol.asyncDispose]())

const ask = (query: string) => api.get(`/api/v1/report${query}`)

test('a report is answered as its schema says', async () => {
  const { status, body, headers } = await ask('')
  expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8'])
  const parsed = report.parse(body)
  expect(parsed).toEqual(body)
  expect(parsed.period).toEqual({ from: toIso(plus(NOW, -30 * 86_400_000)), to: toIso(NOW), judged_to: toIso(NOW) })
  expect(parsed.services).toHaveLength(8)
})

test('in each format, to be shown or to be kept', async () => {
  const html = await ask('?format=html&last=7d')
  expect(html.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(html.headers.get('content-security-policy')).toMatch(/default-src 'none'; style-src 'unsafe-inline'/)
  expect(html.body).toContain('<h1>Backup compliance report</h1>')
  const csv = await ask('?format=csv&table=breaches&service=wiki')
  expect(csv.headers.get('content-disposition')).toBe(
    'attachment; filename="backproof-report-2026-10-21-2026-11-20-breaches.csv"',
  )
  expect(String(csv.body).split('\r\n')).toHaveLength(5)
  const pdf = await ask('?format=pdf&owner=web&tier=2')
  expect(pdf.headers.get('content-type')).toBe('application/pdf')
  expect(String(pdf.body).slice(0, 8)).toBe('%PDF-1.7')
})

test.each([
  ['?from=2026-11-10&last=3d', 'Give either where the period begins or how long it is, not both.'],
  ['?from=2026-11-10&to=2026-11-01', 'before it begins'],
  ['?from=2027-01-01&to=2027-02-01', 'nothing of it has happened yet'],
  ['?last=1000w', 'ten years at most'],
  ['?last=soon', 'not a duration'],
  ['?tier=one', 'whole number'],
  ['?format=docx', 'format'],
])('%s is refused, and why', async (query, words) => {
  const { status, body } = await ask(query)
  expect({ status, body }).toMatchObject({ status: 400, body: { detail: expect.stringContaining(words) } })
})

test('two at once: one is made, the other is told to come again', async () => {
  const answers = await Promise.all([ask('?format=pdf'), ask('?format=pdf')])
  const refused = answers.filter(({ status }) => status === 503)
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 503])
  expect(refused[0]?.headers.get('retry-after')).toBe('5')
  expect((await ask('')).status).toBe(200)
})

test('of one who hung up before it was begun nothing is left that is in the way of others', async () => {
  const auth = { password: new Secret('correct horse battery'), passwordHash: null, tokens: [] }
  const locked = { ...reportConfig().server, auth }
  await using slow = await startApi({
    context: { config: () => ({ ...reportConfig(), server: locked }) },
  })
  const { store } = slow
  const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  slow.context.store = {
    ...store,
    read: {
      ...store.read,
      async session(id) {
        asked.resolve()
        await answer.promise
        return { id, createdAt: NOW, expiresAt: plus(NOW, 30 * 86_400_000) }
      },
    },
  }
  const headers = { cookie: `backproof=${'x'.repeat(43)}` }
  const gone = new AbortController()
  const hung = fetch(`${slow.url}/api/v1/report`, { headers, signal: gone.signal })
  await asked.promise
  gone.abort()
  await expect(hung).rejects.toThrow('aborted')
  // the server hears of it by the same loop that brings this answer
  await slow.get('/health/live')
  answer.resolve()
  expect((await slow.get('/api/v1/report', headers)).status).toBe(200)
})
