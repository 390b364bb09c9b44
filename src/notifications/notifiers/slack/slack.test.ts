import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { aNotification, anItem, HOSTILE, NOW } from '../../../../test/fakes/notification.ts'
import { Receiver } from '../../../../test/fakes/receiver.ts'
import { silentLog } from '../../../lib/log.ts'
import { slackMessage } from './blocks.ts'
import { slack } from './index.ts'

/** The limits of https://docs.slack.dev/reference/block-kit/blocks and .../reference/block-kit/composition-objects/text-object */
const slackTakes = z.strictObject({
  text: z.string().min(1).max(4000),
  blocks: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({
          type: z.literal('section'),
          text: z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(3000), verbatim: z.boolean() }),
        }),
        z.strictObject({
          type: z.literal('context'),
          block_id: z.string().min(1).max(255),
          elements: z
            .array(z.strictObject({ type: z.literal('mrkdwn'), text: z.string().max(3000), verbatim: z.boolean() }))
            .max(10),
        }),
      ]),
    )
    .min(1)
    .max(50),
})

const withName = (name: string) => anItem({ resource: { ...anItem().resource, name, id: name }, reason: name })

describe('slackMessage', () => {
  it('lays out one incident', () => {
    const { text, blocks } = slackMessage(aNotification(), 'https://backproof.example.com/?a=1&b=2')
    expect(text).toMatch(/^\[Backproof\] CRITICAL · web-server/)
    expect(blocks).toHaveLength(2)
    expect(JSON.stringify(blocks[0])).toContain(':red_circle: *CRITICAL · web-server (fleet): last recoverable point')
    expect(JSON.stringify(blocks[1])).toContain('<https://backproof.example.com/?a=1&amp;b=2|Open the dashboard>')
  })

  it.each([1, 2, 20, 21, 100])('stays within the limits with %i items, however hostile', (count) => {
    const items = Array.from({ length: count }, () => withName(`${HOSTILE}${'&'.repeat(10_000)}`))
    const omitted = Array.from({ length: 300 }, (_, index) => ({
      kind: 'opened' as const,
      type: 'BACKUP_STALE' as const,
      severity: 'info' as const,
      count: index + 1,
    }))
    const made = slackMessage(aNotification({ items, omitted, key: 'k'.repeat(300) }), null)
    expect(slackTakes.safeParse(made).error).toBeUndefined()
  })

  it('mentions and formats nothing on behalf of a name', () => {
    const names = [
      HOSTILE,
      '<!channel>',
      '<@U123>',
      '<!subteam^S1>',
      '<https://evil.example|ok>',
      '@here @Channel @everyone',
    ]
    const json = JSON.stringify(slackMessage(aNotification({ items: names.map(withName) }), null))
    expect(json).not.toMatch(/<[!@#h]/)
    expect(json).not.toMatch(/@(here|channel|everyone)/i)
    expect(json).toContain('&lt;!channel&gt;')
  })

  it('counts what it leaves out', () => {
    const items = Array.from({ length: 30 }, () => anItem())
    expect(JSON.stringify(slackMessage(aNotification({ items }), null))).toContain('10 more: BACKUP_STALE, critical')
  })
})

describe('slack', () => {
  let receiver: Receiver
  beforeAll(async () => {
    receiver = await Receiver.start()
  })
  afterAll(() => receiver[Symbol.asyncDispose]())

  const send = () =>
    slack.send(aNotification(), slack.config.parse({ webhook_url: `${receiver.url}/services/T0/B0/canary-slack` }), {
      now: NOW,
      signal: AbortSignal.timeout(5000),
      log: silentLog,
      baseUrl: null,
    })

  it.each<[number, string, string, Record<string, string>]>([
    [200, 'ok', 'delivered', {}],
    [400, 'invalid_payload', 'rejected', {}],
    [403, 'invalid_token', 'rejected', {}],
    [403, 'action_prohibited', 'rejected', {}],
    [404, 'no_service', 'rejected', {}],
    [410, 'channel_is_archived', 'rejected', {}],
    [429, 'rate_limited', 'retry', { 'retry-after': '30' }],
    [500, 'rollup_error', 'retry', {}],
  ])('takes %i %s as %s', async (status, body, outcome, headers) => {
    receiver.answer = (response) => response.writeHead(status, headers).end(body)
    const result = await send()
    expect(result.outcome).toBe(outcome)
    if (result.outcome !== 'delivered')
      expect(result.reason).toBe(`127.0.0.1:${receiver.port} answered ${status}: ${body}`)
    if (result.outcome === 'retry') expect(result.notBefore).toBe(status === 429 ? NOW + 30_000 : undefined)
    expect(slackTakes.safeParse(JSON.parse(receiver.last.body)).success).toBe(true)
  })

  it('says where it goes without the token', () => {
    const config = slack.config.parse({ webhook_url: 'https://hooks.slack.com/services/T0/B0/canary-slack' })
    expect(slack.address(config)).toBe('hooks.slack.com')
  })
})
