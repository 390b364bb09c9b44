import { z } from 'zod'
import { secret, text } from '../../../lib/fields.ts'
import { parseQueue } from './queue-name.ts'
import { TOPIC_ARN } from './sns-message.ts'

const SHORTEST_SECRET = 16

export const eventsConfig = z
  .strictObject({
    sns: z
      .strictObject({
        topics: z
          .array(
            text().refine(
              (arn) => TOPIC_ARN.test(arn),
              'not the ARN of a topic: write it as in arn:aws:sns:eu-central-1:123456789012:backups',
            ),
          )
          .min(1)
          .describe('The topics whose messages are taken at /hooks/sns/SOURCE; all others are refused'),
      })
      .optional()
      .describe('Messages that SNS posts to /hooks/sns/SOURCE'),
    eventbridge: z
      .strictObject({
        secret: secret()
          .refine(
            (value) => value.reveal().length >= SHORTEST_SECRET,
            `too short: at least ${SHORTEST_SECRET} characters`,
          )
          .describe('What the connection of the API destination sends as X-Api-Key'),
      })
      .optional()
      .describe('Events that EventBridge posts to /hooks/eventbridge/SOURCE, by an API destination'),
    sqs: z
      .strictObject({
        queue_url: text()
          .refine(
            (url) => parseQueue(url) !== null,
            'not the URL of a queue: write it as in https://sqs.eu-central-1.amazonaws.com/123456789012/backproof',
          )
          .describe('The queue that events are fetched from: nothing need reach Backproof from outside'),
      })
      .optional()
      .describe('Events that are fetched from a queue'),
  })
  .refine((given) => Object.values(given).some((one) => one !== undefined), 'by which way? give sns, eventbridge, sqs')
