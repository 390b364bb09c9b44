import type { Incident } from '../../domain/incident.ts'
import { serviceSubject, sourceSubject } from '../../domain/subject.ts'
import { nameOf } from '../auth/guard.ts'
import type { ApiContext } from '../context.ts'
import * as answer from '../incident-schemas.ts'
import { presentCheck, presentDelivery, presentEvent, presentIncident } from '../present.ts'
import { notFound, RefusedError } from '../problem.ts'
import * as ask from '../requests.ts'
import { paged, route } from '../route.ts'

const tag = 'incidents'
const MOST_DELIVERIES = 500

async function known(context: ApiContext, id: string): Promise<Incident> {
  const incident = await context.store.read.incident(id)
  if (incident === null) throw notFound('incident', id)
  return incident
}

async function unresolved(context: ApiContext, id: string): Promise<Incident> {
  const incident = await known(context, id)
  if (incident.state === 'resolved') throw new RefusedError(409, 'This incident is resolved already.')
  return incident
}

export const incidentRoutes = [
  route({
    method: 'GET',
    url: '/incidents',
    name: 'listIncidents',
    tag,
    summary: 'Incidents: the unresolved first, of these the gravest, then the newest',
    input: { query: ask.incidentsQuery },
    answer: answer.incidentPage,
    async handle({ query }, { context }) {
      const [subject, ...others] = [
        query.check,
        query.service && serviceSubject(query.service),
        query.source && sourceSubject(query.source),
      ].filter((asked) => asked !== undefined)
      if (others.length > 0)
        throw new RefusedError(400, 'Ask for one of check, service and source: an incident is about one.')
      const filter = { states: query.state, severities: query.severity, kinds: query.kind, subject }
      const page = await paged(() => context.store.read.incidents(filter, query.limit, query.cursor ?? null))
      return { items: page.items.map(presentIncident), next_cursor: page.next }
    },
  }),
  route({
    method: 'GET',
    url: '/incidents/:id',
    name: 'getIncident',
    tag,
    summary: 'One incident with its history and its messages',
    input: { params: ask.idParams },
    answer: answer.incidentDetail,
    async handle({ params }, { context, now }) {
      const { read } = context.store
      const incident = await known(context, params.id)
      const [events, deliveries, check] = await Promise.all([
        read.events(incident.id),
        read.deliveries({ incident: incident.id }, MOST_DELIVERIES),
        read.check(incident.subject),
      ])
      return {
        ...presentIncident(incident),
        events: events.map(presentEvent),
        deliveries: deliveries.map(presentDelivery),
        current_check: check && presentCheck(check, now),
      }
    },
  }),
  route({
    method: 'POST',
    url: '/incidents/:id/acknowledge',
    name: 'acknowledgeIncident',
    tag,
    summary: 'Say that somebody is on it: reminders stop',
    input: { params: ask.idParams, body: ask.noteBody },
    answer: answer.incident,
    async handle({ params, body }, { context, who }) {
      const { id } = await unresolved(context, params.id)
      const incident = await context.operations.acknowledge(id, nameOf(who), body?.note ?? null)
      if (incident === null) throw notFound('incident', id)
      return presentIncident(incident)
    },
  }),
  route({
    method: 'POST',
    url: '/incidents/:id/resolve',
    name: 'resolveIncident',
    tag,
    summary: 'Close it by hand',
    input: { params: ask.idParams, body: ask.noteBody },
    answer: answer.incident,
    async handle({ params, body }, { context, who }) {
      const { id } = await unresolved(context, params.id)
      const incident = await context.operations.resolve(id, nameOf(who), body?.note ?? null)
      if (incident === null) throw notFound('incident', id)
      return presentIncident(incident)
    },
  }),
]
