import { z } from 'zod'
import { secret, secretUrl } from '../../../lib/fields.ts'

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme */
export const SIGNING_SECRET = /^whsec_([A-Za-z0-9+/]{32,88}={0,2})$/

const signingSecret = () =>
  secret().refine(
    (value) => SIGNING_SECRET.test(value.reveal()),
    'not a signing secret: "whsec_" and 24 to 64 random bytes as base64, as made by: echo "whsec_$(openssl rand -base64 32)"',
  )

/** Headers that say how the message is sent: they are not to be set. */
const OWN = /^(content-type|content-length|transfer-encoding|connection|host|webhook-.*)$/i
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

const headerName = z
  .string()
  .regex(TOKEN, 'not a name of a header')
  .refine((name) => !OWN.test(name), 'Backproof sets this header itself')

export const webhookConfig = z.strictObject({
  url: secretUrl().describe('Where messages are posted'),
  signing_secret: z
    .union([signingSecret(), z.array(signingSecret()).min(1).max(10)])
    .transform((value) => [value].flat())
    .optional()
    .describe('Secret, or several while it is being changed, that sign each message'),
  headers: z
    .record(headerName, secret())
    .optional()
    .describe('Headers to add, such as an Authorization; their values are secrets'),
})

export type WebhookConfig = z.output<typeof webhookConfig>
