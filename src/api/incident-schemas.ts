import { z } from 'zod'
import { EVENT_KINDS, INCIDENT_STATES, INCIDENT_TYPES, SERVICE_INCIDENT_TYPES } from '../domain/incident.ts'
import { DELIVERY_STATES } from '../domain/notification.ts'
import { SUBJECT_KINDS } from '../domain/subject.ts'
import { at, check, list, named, page, severity } from './schemas.ts'

/** Incidents, and the messages that tell of them. */

export const subject = named(
  'Subject',
  'What an incident is about: the id of a check, or the name of a service or source.',
  z.object({ kind: z.enum(SUBJECT_KINDS), name: z.string() }),
)

export const incident = named(
  'Incident',
  'One trouble of one check, service or source, from its first sight to its end.',
  z.object({
    id: z.string(),
    subject,
    check: z.string().nullable().describe('Null: it is about no check.'),
    type: z.enum([...INCIDENT_TYPES, ...SERVICE_INCIDENT_TYPES]),
    rule: z.string(),
    severity,
    state: z.enum(INCIDENT_STATES),
    reason: z.string(),
    advice: z.string().nullable().describe('What to do about it; null: the reason says it.'),
    owner: z.string().nullable().describe('Of a service or source; that of a check stands at the check.'),
    tier: z.int().nullable(),
    failed_at: at().nullable().describe('When the job ended whose failure it tells of, where that is known.'),
    detected_after_seconds: z.number().nullable().describe('From failed_at to opened_at.'),
    opened_at: at(),
    acknowledged_at: at().nullable(),
    acknowledged_by: z.string().nullable(),
    resolved_at: at().nullable(),
    resolved_by: z.string().nullable(),
  }),
)

export const incidentEvent = named(
  'IncidentEvent',
  'Something that happened to an incident; by: null is Backproof itself.',
  z.object({
    id: z.string(),
    kind: z.enum(EVENT_KINDS),
    at: at(),
    severity,
    reason: z.string(),
    by: z.string().nullable(),
  }),
)

export const delivery = named(
  'Delivery',
  'A message in the outbox of one channel. dead: given up until somebody retries it.',
  z.object({
    id: z.string(),
    channel: z.string(),
    state: z.enum(DELIVERY_STATES),
    attempts: z.int(),
    created_at: at(),
    next_attempt_at: at().nullable().describe('Null once it is delivered or dead.'),
    finished_at: at().nullable(),
    last_error: z.string().nullable(),
    test: z.boolean(),
    items: z.array(
      z.object({
        incident: z.string(),
        subject,
        check: z.string().nullable(),
        kind: z.enum(EVENT_KINDS),
        at: at(),
        severity,
        reason: z.string(),
      }),
    ),
    omitted: z.int().describe('What happened beyond items, which the message only counts.'),
  }),
)

export const incidentDetail = named(
  'IncidentDetail',
  'An incident with its history (oldest first), its messages, and its check as it is now.',
  incident.extend({
    events: z.array(incidentEvent),
    deliveries: z.array(delivery),
    current_check: check.nullable(),
  }),
)

export const incidentPage = page('IncidentPage', incident)
export const deliveryList = list('DeliveryList', delivery)
export const queued = named('Queued', 'Messages that were queued.', z.object({ deliveries: z.array(delivery) }))
export type IncidentJson = z.output<typeof incident>
export type IncidentEventJson = z.output<typeof incidentEvent>
export type DeliveryJson = z.output<typeof delivery>
