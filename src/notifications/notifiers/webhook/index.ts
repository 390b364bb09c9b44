import { createHmac } from 'node:crypto'
import { deliverByHttp, isPermanent } from '../../http-delivery.ts'
import type { Notifier } from '../../notifier.ts'
import { webhookBody } from './body.ts'
import { SIGNING_SECRET, type WebhookConfig, webhookConfig } from './config.ts'

/** Posts JSON as Standard Webhooks has it: https://www.standardwebhooks.com */
export const webhook: Notifier<WebhookConfig> = {
  type: 'webhook',
  config: webhookConfig,
  unsafe: () => [],
  address: ({ url }) => new URL(url.reveal()).host,
  send: (notification, config, context) =>
    deliverByHttp(
      () => {
        const body = webhookBody(notification)
        const timestamp = String(Math.trunc(context.now / 1000))
        const signed = `${notification.key}.${timestamp}.${body}`
        const signatures = (config.signing_secret ?? []).map((secret) => sign(secret.reveal(), signed))
        const own = Object.entries(config.headers ?? {}).map(([name, value]) => [name, value.reveal()] as const)
        return {
          method: 'POST',
          url: config.url.reveal(),
          headers: {
            ...Object.fromEntries(own),
            'content-type': 'application/json',
            'webhook-id': notification.key,
            'webhook-timestamp': timestamp,
            ...(signatures.length > 0 ? { 'webhook-signature': signatures.join(' ') } : {}),
          },
          body,
        }
      },
      context,
      isPermanent,
    ),
}

function sign(secret: string, content: string): string {
  const key = Buffer.from(SIGNING_SECRET.exec(secret)?.[1] ?? '', 'base64')
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`
}
