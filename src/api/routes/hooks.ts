import type { FastifyInstance } from 'fastify'
import { HOOK_KINDS, type HookKind, type NewsOutcome } from '../../domain/news.ts'
import { LoginAttempts } from '../auth/attempts.ts'
import type { ApiContext } from '../context.ts'
import { remoteOf } from '../remote.ts'

/** The most that SNS and EventBridge carry in a message; those that concern us have a few KB. */
const LONGEST_BYTES = 256 * 1024

/**
 * SNS tries again after 5xx, not after 4xx; EventBridge after 401, 407, 409, 429 and 5xx. So what will never be taken is answered by other
 * 4xx, and what may be taken later by 503.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html#eb-api-destination-error-codes
 */
const ANSWERS: Readonly<Record<NewsOutcome, [status: number, words: string]>> = {
  accepted: [200, 'Thank you: it is looked into.'],
  irrelevant: [200, 'Nothing that is watched here.'],
  confirmed: [200, 'The subscription is confirmed.'],
  ended: [200, 'Understood.'],
  repeated: [409, 'This message was taken before.'],
  malformed: [400, 'This message can not be understood.'],
  forged: [403, 'This message is not genuine.'],
  foreign: [403, 'Messages from there are not taken.'],
  stale: [410, 'This message is too old.'],
  unknown: [404, 'There is no such hook.'],
  unavailable: [503, 'Try again.'],
  limited: [503, 'Too many messages were refused lately: try again.'],
  dead: [400, 'This message can not be understood.'],
}

/** What shows that somebody tries things out. */
const SUSPECT: ReadonlySet<NewsOutcome> = new Set(['malformed', 'forged', 'foreign', 'stale', 'unknown'])

/** Messages of AWS: they come without a login, each is authenticated by the source that it is for. */
export function hookRoutes(app: FastifyInstance, context: () => ApiContext): void {
  const attempts = new LoginAttempts({ burst: 20, everyMs: 3000 }, { burst: 200, everyMs: 100 })

  app.register(async (hooks) => {
    // SNS sends its JSON as text/plain
    hooks.removeAllContentTypeParsers()
    hooks.addContentTypeParser('*', { parseAs: 'string', bodyLimit: LONGEST_BYTES }, (_, body, done) =>
      done(null, body),
    )

    hooks.post<{ Params: { kind: string; source: string } }>(
      '/hooks/:kind/:source',
      { schema: { hide: true }, config: { open: true, anyHost: true }, bodyLimit: LONGEST_BYTES },
      async (request, reply) => {
        const { clock, news } = context()
        const kind = HOOK_KINDS.find((known) => known === request.params.kind)
        const remote = remoteOf(request.raw)
        const now = clock.now()
        const blockedMs = attempts.wait(remote ?? '', now)
        const outcome = blockedMs === null ? await receive(kind) : 'limited'
        if (SUSPECT.has(outcome)) attempts.take(remote ?? '', now)
        if (outcome === 'limited') {
          const detail = 'too many messages from this address were refused lately'
          news.refuse(request.params.source, { kind: kind ?? 'sns', outcome, detail, remote })
        }
        // EventBridge would send what it is told has come before again
        const [status, words] =
          outcome === 'repeated' && kind === 'eventbridge' ? [200, ANSWERS.repeated[1]] : ANSWERS[outcome]
        if (status === 503) reply.header('retry-after', String(Math.ceil((blockedMs ?? 10_000) / 1000)))
        return reply.code(status).type('text/plain; charset=utf-8').send(`${words}\n`)

        async function receive(known: HookKind | undefined): Promise<NewsOutcome> {
          if (known === undefined || known === 'sqs') return 'unknown'
          const body = typeof request.body === 'string' ? request.body : ''
          return news.post({ kind: known, source: request.params.source, headers: request.headers, body, remote })
        }
      },
    )
  })
}
