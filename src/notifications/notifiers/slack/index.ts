import { deliverByHttp, isPermanent } from '../../http-delivery.ts'
import type { Notifier } from '../../notifier.ts'
import { slackMessage } from './blocks.ts'
import { type SlackConfig, slackConfig } from './config.ts'

/**
 * Posts to an incoming webhook. Slack answers 200 "ok", or 4xx with what is wrong for good (invalid_payload, no_service,
 * channel_is_archived, ...), or 429 with Retry-After. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
export const slack: Notifier<SlackConfig> = {
  type: 'slack',
  config: slackConfig,
  unsafe: () => [],
  address: ({ webhook_url }) => new URL(webhook_url.reveal()).host,
  send: (notification, config, context) =>
    deliverByHttp(
      () => ({
        method: 'POST',
        url: config.webhook_url.reveal(),
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(slackMessage(notification, context.baseUrl)),
      }),
      context,
      isPermanent,
    ),
}
