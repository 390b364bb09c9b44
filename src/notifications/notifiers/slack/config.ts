import { z } from 'zod'
import { secretUrl } from '../../../lib/fields.ts'

export const slackConfig = z.strictObject({
  webhook_url: secretUrl().describe("The incoming webhook's URL, which is a secret"),
})

export type SlackConfig = z.output<typeof slackConfig>
