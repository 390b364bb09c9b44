import { createHmac, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aNotification, anItem, aServiceItem, aSourceItem, HOSTILE, NOW } from '../../../../test/fakes/notification.ts'
import { Receiver } from '../../../../test/fakes/receiver.ts'
import { silentLog } from '../../../lib/log.ts'
import { webhook } from './index.ts'

let receiver: Receiver
beforeAll(async () => {
  receiver = await Receiver.start()
})
afterAll(() => receiver[Symbol.asyncDispose]())

const secretOf = () => `whsec_${randomBytes(32).toString('base64')}`
const send = (config: object, notification = aNotification()) =>
  webhook.send(notification, webhook.config.parse({ url: `${receiver.url}/hook`, ...config }), {
    now: NOW,
    signal: AbortSignal.timeout(5000),
    log: silentLog,
    baseUrl: null,
  })

/** What a receiver does, written from the specification and not from our code. */
function verified(secret: string): boolean {
  const { headers, body } = receiver.last
  const content = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const expected = `v1,${createHmac('sha256', key).update(content).digest('base64')}`
  return String(headers['webhook-signature']).split(' ').includes(expected)
}

describe('webhook', () => {
  it('posts the documented JSON', async () => {
    expect(await send({})).toEqual({ outcome: 'delivered' })
    expect(receiver.last).toMatchObject({ method: 'POST', url: '/hook' })
    expect(receiver.last.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': '0190-key-1',
      'webhook-timestamp': String(NOW / 1000),
    })
    expect(receiver.last.headers['webhook-signature']).toBeUndefined()
    expect(JSON.parse(receiver.last.body)).toEqual({
      type: 'incidents.changed',
      timestamp: '2026-11-20T12:00:00Z',
      data: {
        id: '0190-key-1',
        test: false,
        url: null,
        items: [
          {
            event: { id: 'event-1', kind: 'opened', at: '2026-11-20T12:00:00Z' },
            incident: {
              id: 'incident-1',
              type: 'BACKUP_STALE',
              state: 'open',
              severity: 'critical',
              reason: anItem().reason,
            },
            subject: { kind: 'check', name: 'fleet/web-server' },
            check: {
              id: 'fleet/web-server',
              type: 'restic',
              source: 'fleet',
              status: 'stale',
              last_recovery_point_at: '2026-11-18T09:00:00Z',
              age_seconds: 183_600,
              threshold_seconds: 86_400,
              threshold_from: 'sources.fleet.max_age',
            },
            resource: anItem().resource,
            advice: anItem().advice,
            owner: 'payments-team',
            services: ['payments'],
          },
        ],
        omitted: [],
      },
    })
  })

  it('says what it says of services and sources, with the fields of checks as null', async () => {
    await send({}, aNotification({ items: [aServiceItem(), aSourceItem()] }))
    expect(JSON.parse(receiver.last.body).data.items).toEqual([
      {
        event: { id: 'event-2', kind: 'opened', at: '2026-11-20T12:00:00Z' },
        incident: {
          id: 'incident-2',
          type: 'SERVICE_OFF_SITE',
          state: 'open',
          severity: 'warning',
          reason: aServiceItem().reason,
        },
        subject: { kind: 'service', name: 'payments' },
        rule: 'off-site',
        advice: 'Keep at least one copy in a separate failure domain.',
        tier: 1,
        check: null,
        resource: null,
        services: ['payments'],
        owner: 'payments-team',
      },
      expect.objectContaining({
        subject: { kind: 'source', name: 'fleet' },
        rule: 'mass-change',
        tier: null,
        services: [],
      }),
    ])
  })

  it('signs with each of its secrets', async () => {
    const [one, two, other] = [secretOf(), secretOf(), secretOf()]
    await send({ signing_secret: one })
    expect([verified(one), verified(other)]).toEqual([true, false])
    await send({ signing_secret: [one, two] }, aNotification({ items: [anItem({ reason: HOSTILE })] }))
    expect([verified(one), verified(two), verified(other)]).toEqual([true, true, false])
  })

  it('signs as the specification shows', async () => {
    // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md: the secret of its examples
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    await send({ signing_secret: secret })
    expect(verified(secret)).toBe(true)
  })

  it('adds the headers that are asked for', async () => {
    await send({ headers: { Authorization: 'Bearer canary-bearer' } })
    expect(receiver.last.headers.authorization).toBe('Bearer canary-bearer')
  })

  it.each([
    [{ headers: { 'webhook-id': 'x' } }],
    [{ headers: { Host: 'x' } }],
    [{ headers: { 'a b': 'x' } }],
    [{ signing_secret: 'short' }],
    [{ signing_secret: 'whsec_short' }],
    [{ signing_secret: [] }],
    [{ url: 'ftp://example.com' }],
    [{ uri: 'http://example.com' }],
  ])('does not accept %j', (more) => {
    expect(webhook.config.safeParse({ url: 'http://example.com/', ...more }).success).toBe(false)
  })

  it.each([
    [204, 'delivered'],
    [301, 'rejected'],
    [400, 'rejected'],
    [401, 'rejected'],
    [408, 'retry'],
    [410, 'rejected'],
    [425, 'retry'],
    [429, 'retry'],
    [500, 'retry'],
    [503, 'retry'],
  ])('takes %i as %s', async (status, outcome) => {
    receiver.answer = (response) => response.writeHead(status, { location: '/elsewhere' }).end()
    expect((await send({})).outcome).toBe(outcome)
  })

  it('says what to do about a redirect', async () => {
    receiver.answer = (response) => response.writeHead(302, { location: '/elsewhere' }).end('moved')
    expect(await send({})).toEqual({
      outcome: 'rejected',
      reason: `127.0.0.1:${receiver.port} answered 302: redirects are not followed, put the target in the configuration`,
    })
  })
})
