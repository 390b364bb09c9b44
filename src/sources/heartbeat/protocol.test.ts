import { describe, expect, test } from 'vitest'
import type { PingReport } from '../../domain/ping.ts'
import { parsePingRequest } from './parse-request.ts'
import { pingReply } from './reply.ts'

const U = '6f1c3a3e-0c0e-4c4e-9a3f-1d2e3f405060'
const R = '0f9e8d7c-6b5a-4948-8372-615049382716'
const KEY = 'fqOOd6-F4MMNuCEnzTU01w'

function parse(url: string, method = 'GET', body: string | null = null) {
  return parsePingRequest({ method, url, body, remote: '192.0.2.7' })
}

function report(url: string, method = 'GET', body: string | null = null): PingReport {
  const parsed = parse(url, method, body)
  if ('refusal' in parsed) throw new Error(`${parsed.refusal.status} ${parsed.refusal.body}`)
  return parsed.report
}

const bySlug = (slug: string, create = false) => ({ key: KEY, slug, create })

describe('the ping addresses of Healthchecks', () => {
  test.each<[string, Partial<PingReport>]>([
    [`/ping/${U}`, { to: { uuid: U }, kind: 'success', runId: null, exitStatus: null }],
    [`/ping/${U}/`, { to: { uuid: U }, kind: 'success' }],
    [`/ping/${U.toUpperCase()}`, { to: { uuid: U }, kind: 'success' }],
    [`/ping/${U}/start`, { kind: 'start' }],
    [`/ping/${U}/fail`, { kind: 'fail', exitStatus: null }],
    [`/ping/${U}/log`, { kind: 'log' }],
    [`/ping/${U}/0`, { kind: 'success', exitStatus: 0 }],
    [`/ping/${U}/1`, { kind: 'fail', exitStatus: 1 }],
    [`/ping/${U}/255`, { kind: 'fail', exitStatus: 255 }],
    [`/ping/${U}/start?rid=${R}`, { kind: 'start', runId: R }],
    [`/ping/${U}?rid=${R.toUpperCase()}`, { kind: 'success', runId: R }],
    [`/ping/${U}/7?a=b&rid=${R}&c`, { kind: 'fail', runId: R, exitStatus: 7 }],
    [`/ping/${KEY}/nightly`, { to: bySlug('nightly'), kind: 'success' }],
    [`/ping/${KEY}/nightly/`, { to: bySlug('nightly'), kind: 'success' }],
    [`/ping/${KEY}/nightly/start`, { to: bySlug('nightly'), kind: 'start' }],
    [`/ping/${KEY}/nightly/fail`, { to: bySlug('nightly'), kind: 'fail' }],
    [`/ping/${KEY}/nightly/log`, { to: bySlug('nightly'), kind: 'log' }],
    [`/ping/${KEY}/nightly/3`, { to: bySlug('nightly'), kind: 'fail', exitStatus: 3 }],
    [`/ping/${KEY}/nightly?create=1`, { to: bySlug('nightly', true) }],
    [`/ping/${KEY}/nightly?create=0`, { to: bySlug('nightly') }],
    [`/ping/${KEY}/nightly/start?create=1&rid=${R}`, { to: bySlug('nightly', true), kind: 'start', runId: R }],
    [`/ping/${KEY}/start`, { to: bySlug('start'), kind: 'success' }],
    [`/ping/${KEY}/db_1-a`, { to: bySlug('db_1-a') }],
  ])('%s', (url, expected) => {
    for (const method of ['GET', 'HEAD', 'POST']) expect(report(url, method)).toMatchObject(expected)
  })

  test.each<[string, number, string]>([
    [`/ping/${U}/256`, 400, 'invalid url format'],
    [`/ping/${U}/999999999`, 400, 'invalid url format'],
    [`/ping/${KEY}/nightly/256`, 400, 'invalid url format'],
    [`/ping/${U}?rid=17`, 400, 'invalid uuid format'],
    [`/ping/${U}?rid=`, 400, 'invalid uuid format'],
    [`/ping/${U}/start?rid=${R}x`, 400, 'invalid uuid format'],
    [`/ping/${U}/-1`, 404, 'not found'],
    [`/ping/${U}/Start`, 404, 'not found'],
    [`/ping/${U}/start/fail`, 404, 'not found'],
    [`/ping/${U}/success`, 404, 'not found'],
    ['/ping/', 404, 'not found'],
    ['/ping/nightly', 404, 'not found'],
    [`/ping/${KEY}/Nightly`, 404, 'not found'],
    [`/ping/${KEY}/night%6cy`, 404, 'not found'],
    [`/ping/${KEY}/${'x'.repeat(65)}`, 404, 'not found'],
    [`/ping/${KEY}/../nightly`, 404, 'not found'],
    ['/ping/short/nightly', 404, 'not found'],
    ['/ping/------------------------------------', 404, 'not found'],
  ])('%s is %i', (url, status, body) => {
    expect(parse(url)).toMatchObject({ refusal: { status, body } })
  })

  test('other methods are refused, and the body is kept', () => {
    for (const method of ['PUT', 'DELETE', 'OPTIONS'])
      expect(parse(`/ping/${U}`, method)).toMatchObject({
        refusal: { status: 405, headers: { allow: 'GET, HEAD, POST' } },
      })
    expect(report(`/ping/${U}/fail`, 'POST', 'disk full')).toMatchObject({ body: 'disk full', remote: '192.0.2.7' })
  })

  test.each<['recorded' | 'created' | 'unknown' | 'ambiguous', number, string, string | undefined]>([
    ['recorded', 200, 'OK', '10000'],
    ['created', 201, 'Created', '10000'],
    ['unknown', 404, 'not found', undefined],
    ['ambiguous', 409, 'ambiguous slug', undefined],
  ])('%s is answered with %i %s', (outcome, status, body, limit) => {
    const reply = pingReply(report(`/ping/${KEY}/nightly`), outcome, 10_000)
    expect(reply).toMatchObject({ status, body })
    expect(reply.headers['ping-body-limit']).toBe(limit)
    expect(reply.headers['cache-control']).toBe('no-store')
  })
})

describe("the push address of Uptime Kuma's monitors", () => {
  test.each<[string, Partial<PingReport>]>([
    ['/api/push/eTOqpBnvAf', { kind: 'success', body: null }],
    ['/api/push/eTOqpBnvAf?status=up&msg=OK&ping=', { kind: 'success', body: 'OK' }],
    ['/api/push/eTOqpBnvAf?status=&msg=&ping=12', { kind: 'success', body: null }],
    // borgmatic's three states: https://torsion.org/borgmatic/docs/how-to/monitor-your-backups/
    ['/api/push/eTOqpBnvAf?status=up&msg=start', { kind: 'start' }],
    ['/api/push/eTOqpBnvAf?status=up&msg=finish', { kind: 'success', body: 'finish' }],
    ['/api/push/eTOqpBnvAf?status=down&msg=fail', { kind: 'fail', body: 'fail' }],
    ['/api/push/eTOqpBnvAf?status=down&msg=start', { kind: 'fail' }],
    ['/api/push/eTOqpBnvAf?status=UP', { kind: 'fail' }],
    ['/api/push/eTOqpBnvAf?status=down&msg=disk+full%00', { kind: 'fail', body: 'disk full\ufffd' }],
    ['/api/push/eTOqpBnvAf?msg=started+well', { kind: 'success' }],
  ])('%s', (url, expected) => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH'])
      expect(report(url, method)).toMatchObject({
        to: { token: 'eTOqpBnvAf' },
        runId: null,
        exitStatus: null,
        ...expected,
      })
  })

  test('every error is a 404 with ok: false', () => {
    for (const url of ['/api/push/', '/api/push/a/b', '/api/push/%00', `/api/push/${'a'.repeat(200)}`]) {
      const parsed = parse(url)
      const refusal = 'refusal' in parsed ? parsed.refusal : null
      expect([refusal?.status, JSON.parse(refusal?.body ?? '')]).toEqual([
        404,
        { ok: false, msg: 'Monitor not found or not active.' },
      ])
    }
    const known = report('/api/push/eTOqpBnvAf')
    expect(pingReply(known, 'recorded', 10_000)).toMatchObject({ status: 200, body: '{"ok":true}' })
    for (const outcome of ['unknown', 'ambiguous'] as const) {
      const reply = pingReply(known, outcome, 10_000)
      expect(reply.status).toBe(404)
      expect(JSON.parse(reply.body)).toMatchObject({ ok: false })
      expect(reply.headers['content-type']).toContain('application/json')
    }
  })
})
