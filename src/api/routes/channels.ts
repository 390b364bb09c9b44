import type { ConfiguredChannel } from '../../config/config.ts'
import { toIso } from '../../domain/instant.ts'
import { redact, redactedMessage } from '../../lib/redact.ts'
import type { ApiContext } from '../context.ts'
import * as incidents from '../incident-schemas.ts'
import { presentDelivery } from '../present.ts'
import { notFound, RefusedError } from '../problem.ts'
import * as ask from '../requests.ts'
import { cut, route } from '../route.ts'
import * as answer from '../schemas.ts'

const tag = 'channels'

async function presentChannel(
  channel: ConfiguredChannel,
  counts: ReadonlyMap<string, number>,
  context: ApiContext,
): Promise<answer.ChannelJson> {
  const { read } = context.store
  const waiting = await read.nextDelivery(channel.name)
  const [dead] = await read.deliveries({ channel: channel.name, state: 'dead' }, 1)
  const failing = waiting?.lastError ? waiting : dead
  const count = (state: string) => counts.get(`${state} ${channel.name}`) ?? 0
  return {
    name: channel.name,
    type: channel.type,
    address: addressOf(channel),
    pending: count('pending'),
    dead: count('dead'),
    delivered: count('delivered'),
    last_error: failing?.lastError ?? null,
    last_error_at: failing?.finishedAt ? toIso(failing.finishedAt) : null,
  }
}

/** A secret that can't be read now (an unset variable) must not hide all the other channels. */
function addressOf(channel: ConfiguredChannel): string {
  try {
    return redact(channel.notifier.address(channel.config))
  } catch (error) {
    return `unknown: ${redactedMessage(error)}`
  }
}

export const channelRoutes = [
  route({
    method: 'GET',
    url: '/channels',
    name: 'listChannels',
    tag,
    summary: 'Where messages go, and what waits there',
    answer: answer.channelList,
    async handle(_, { context }) {
      const rows = await context.store.read.deliveryCounts()
      const counts = new Map(rows.map((row) => [`${row.state} ${row.channel}`, row.count]))
      const { channels } = context.config()
      return { items: await Promise.all(channels.map((channel) => presentChannel(channel, counts, context))) }
    },
  }),
  route({
    method: 'POST',
    url: '/channels/:name/test',
    name: 'testChannel',
    tag,
    summary: 'Send a test message',
    input: { params: ask.nameParams, body: ask.noBody },
    status: 202,
    answer: incidents.queued,
    async handle({ params }, { context }) {
      const channel = context.config().channels.find((known) => known.name === params.name)
      if (!channel) throw notFound('channel', params.name)
      const deliveries = await context.operations.testChannels([channel.name])
      return { deliveries: deliveries.map(presentDelivery) }
    },
  }),
  route({
    method: 'GET',
    url: '/deliveries',
    name: 'listDeliveries',
    tag,
    summary: 'Messages in the outbox, the newest first',
    input: { query: ask.deliveriesQuery },
    answer: incidents.deliveryList,
    async handle({ query }, { context }) {
      const filter = { ...(query.state && { state: query.state }), ...(query.channel && { channel: query.channel }) }
      return cut(await context.store.read.deliveries(filter, query.limit + 1), query.limit, presentDelivery)
    },
  }),
  route({
    method: 'POST',
    url: '/deliveries/:id/retry',
    name: 'retryDelivery',
    tag,
    summary: 'Put a message that was given up back in the outbox',
    input: { params: ask.idParams, body: ask.noBody },
    answer: incidents.delivery,
    async handle({ params }, { context }) {
      const delivery = await context.operations.retryDelivery(params.id)
      if (delivery !== null) return presentDelivery(delivery)
      const known = await context.store.read.delivery(params.id)
      if (known === null) throw notFound('delivery', params.id)
      throw new RefusedError(409, `This message is ${known.state}: only those that were given up can be retried.`)
    },
  }),
]
