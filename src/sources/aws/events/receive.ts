import { createHash, timingSafeEqual } from 'node:crypto'
import { instant } from '../../../domain/instant.ts'
import type { HookRequest, News, Reception } from '../../../domain/news.ts'
import type { ScopeId } from '../../../domain/scope.ts'
import type { Clock } from '../../../lib/clock.ts'
import { isJsonObject } from '../../../lib/json.ts'
import type { Secret } from '../../../lib/secret.ts'
import type { AwsConfig } from '../config.ts'
import { SigningCertificates } from './certificates.ts'
import { scopesConcerned } from './concerned.ts'
import { type AwsEvent, type Origin, readEvent } from './read-event.ts'
import { confirmSubscription, verifySns } from './receive-sns.ts'
import { parseTopic } from './sns-message.ts'

const NOWHERE = { account: null, region: null }

/** Hears of each event, with the scopes that it concerns. */
export type OnEvent = (config: AwsConfig, scopes: readonly ScopeId[], event: AwsEvent) => void

/** Judges what is posted to /hooks/sns/SOURCE and /hooks/eventbridge/SOURCE. */
export function awsHook(clock: Clock, onEvent: OnEvent) {
  const certificates = new SigningCertificates(clock)

  return (name: string, config: AwsConfig, request: HookRequest): Promise<Reception> | null => {
    const { sns, eventbridge } = config.events ?? {}
    if (request.kind === 'sns' && sns) return receiveSns(name, config, sns.topics, request)
    if (request.kind === 'eventbridge' && eventbridge) return receiveBridge(name, config, eventbridge.secret, request)
    return null
  }

  async function receiveSns(
    name: string,
    config: AwsConfig,
    topics: readonly string[],
    { body }: HookRequest,
  ): Promise<Reception> {
    const { endpoint } = config
    const verified = await verifySns(body, { topics, certificates, endpoint, now: instant(clock.now()) })
    if (!('message' in verified)) return verified
    const { message, sentAt } = verified
    const id = `sns:${message.MessageId}`
    const ofSubscription = (about: string): News => ({ id, scopes: [`${name}/events`], happenedAt: sentAt, about })
    if (message.Type === 'SubscriptionConfirmation') {
      const trouble = await confirmSubscription(message, endpoint)
      return trouble ?? { outcome: 'confirmed', news: ofSubscription(`subscribed to ${message.TopicArn}`) }
    }
    if (message.Type === 'UnsubscribeConfirmation')
      // whether it is so AWS is asked by the look, which tells people
      return { outcome: 'ended', news: ofSubscription(`the subscription to ${message.TopicArn} has ended`) }
    const origin = { ...(parseTopic(message.TopicArn) ?? NOWHERE), sentAt }
    const news = newsOf(name, config, message.Message, message.MessageAttributes ?? {}, origin, id, onEvent)
    return { outcome: 'news', news }
  }

  async function receiveBridge(
    name: string,
    config: AwsConfig,
    secret: Secret,
    { headers, body }: HookRequest,
  ): Promise<Reception> {
    const given = headers['x-api-key']
    // digests are as long as each other, whatever was sent
    if (typeof given !== 'string' || !timingSafeEqual(digest(given), digest(secret.reveal())))
      return { outcome: 'refused', why: 'forged', detail: 'its X-Api-Key is not events.eventbridge.secret' }
    if (!isJsonObject(body))
      return { outcome: 'refused', why: 'malformed', detail: 'it is no event: not a JSON object' }
    const origin = { ...NOWHERE, sentAt: null }
    const id = readEvent(body, {}, origin)?.id ?? digest(body).toString('hex')
    return { outcome: 'news', news: newsOf(name, config, body, {}, origin, `eventbridge:${id}`, onEvent) }
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest()

/** News of what a genuine message says; of no scope, where it is about something else. */
export function newsOf(
  source: string,
  config: AwsConfig,
  text: string,
  attributes: Readonly<Record<string, string>>,
  origin: Origin,
  id: string,
  onEvent: OnEvent,
): News {
  const event = readEvent(text, attributes, origin)
  if (!event) return { id, scopes: [], happenedAt: origin.sentAt, about: 'something else' }
  const { happenedAt, about } = event
  const scopes = scopesConcerned(source, config, event)
  onEvent(config, scopes, event)
  return { id, scopes, happenedAt, about }
}
