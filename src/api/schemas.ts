import { z } from 'zod'
import { HOOK_KINDS } from '../domain/news.ts'
import { PING_KINDS } from '../domain/ping.ts'
import { SEVERITIES } from '../domain/severity.ts'
import { FAULT_KINDS } from '../domain/source-fault.ts'
import { STATUSES } from '../domain/status.ts'

/** The schemas that stand as named components in the OpenAPI document. */
export const components = z.registry<{ id: string; description?: string }>()

export function named<S extends z.ZodType>(id: string, description: string, schema: S): S {
  components.add(schema, { id, description })
  return schema
}

export const at = () => z.iso.datetime()
const seconds = () => z.number().nonnegative()

/** One mistake of what was sent; line and column are of its YAML. */
export const mistake = z.object({
  field: z.string(),
  message: z.string(),
  line: z.int().optional(),
  column: z.int().optional(),
  suggestion: z.string().optional(),
  allowed: z.array(z.string()).optional(),
})

/** Every error answers with this: RFC 9457 (https://www.rfc-editor.org/rfc/rfc9457), as application/problem+json. */
export const problem = named(
  'Problem',
  'What went wrong, in plain words.',
  z.object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(mistake).optional(),
  }),
)

export const status = named('Status', 'The status of a check.', z.enum(STATUSES))
export const severity = named('Severity', 'How grave it is.', z.enum(SEVERITIES))

export const statusSummary = named(
  'StatusSummary',
  'How many checks have each status.',
  z.object({
    total: z.int(),
    ok: z.int(),
    due: z.int(),
    stale: z.int(),
    missing: z.int(),
    failed: z.int(),
    error: z.int(),
    paused: z.int(),
  }),
)

export const fault = named(
  'Fault',
  'Why something could not be read, and what to do about it.',
  z.object({ kind: z.enum(FAULT_KINDS), message: z.string(), advice: z.string().nullable() }),
)

export const resource = named(
  'Resource',
  'What a backup protects. Names come from outside: show them as text, never as markup.',
  z.object({
    id: z.string(),
    name: z.string(),
    provider: z.string().nullable(),
    account: z.string().nullable(),
    region: z.string().nullable(),
  }),
)

export const check = named(
  'Check',
  'One protected resource and one kind of backup, as it was last judged.',
  z.object({
    id: z.string(),
    source: z.string(),
    scope: z.string(),
    type: z.string(),
    resource,
    status,
    severity: severity.nullable(),
    since: at().describe('When this status began.'),
    reason: z.string(),
    detail: z.string().nullable(),
    last_recovery_point_at: at().nullable().describe('The time up to which data can be recovered.'),
    age_seconds: seconds().nullable(),
    threshold_seconds: seconds().nullable(),
    threshold_from: z.string().describe('The setting that the threshold comes from.'),
    deadline_at: at().nullable().describe('When the newest good recovery point passes its threshold.'),
    changes_at: at().nullable().describe('When this status turns by itself.'),
    owner: z.string().nullable(),
    tier: z.int().nullable(),
    services: z.array(z.string()),
    tags: z.record(z.string(), z.string()),
    paused: z.object({ until: at(), by: z.string(), reason: z.string().nullable() }).nullable(),
    last_look_at: at(),
    first_seen_at: at(),
    retired_at: at().nullable().describe('When it was last seen to be gone; null: it is there.'),
    running_since: at().nullable(),
    point_count: z.int(),
    newest_failure: z.object({ at: at(), reason: z.string() }).nullable(),
    fault: fault.nullable().describe('Why the last look could not see it; null: it could.'),
  }),
)

export const recoveryPoint = named(
  'RecoveryPoint',
  'One thing that could be restored.',
  z.object({
    id: z.string(),
    recoverable_to: at(),
    completed_at: at().nullable(),
    size_bytes: z.number().nullable(),
    state: z.enum(['complete', 'pending', 'failed', 'implausible']),
    problem: z.string().nullable(),
    first_seen_at: at(),
    gone_at: at().nullable(),
  }),
)

export const statusChange = named(
  'StatusChange',
  'A check went from one status to another.',
  z.object({ at: at(), from: status.nullable(), to: status, reason: z.string() }),
)

export const ping = named(
  'Ping',
  'One report of a job.',
  z.object({
    id: z.string(),
    at: at(),
    kind: z.enum(PING_KINDS),
    run_id: z.string().nullable(),
    exit_status: z.int().nullable(),
    body: z.string().nullable(),
    remote: z.string().nullable(),
  }),
)

export const scope = named(
  'Scope',
  'The part of a source that is read whole or not at all.',
  z.object({
    id: z.string(),
    name: z.string(),
    status: z.enum(['never', 'complete', 'failed']),
    last_started_at: at().nullable(),
    last_complete_at: at().nullable(),
    last_failed_at: at().nullable(),
    took_seconds: seconds().nullable(),
    failures: z.int().describe('Failed looks in a row.'),
    next_look_at: at(),
    fault: fault.nullable(),
  }),
)

export const source = named(
  'Source',
  'A place that Backproof reads (pull), or that reports by itself (push: no scopes).',
  z.object({
    name: z.string(),
    type: z.string(),
    mode: z.enum(['pull', 'push']),
    every_seconds: seconds().nullable(),
    owner: z.string().nullable(),
    tags: z.record(z.string(), z.string()),
    defined_at: z.string().describe('Where it stands in the configuration.'),
    summary: statusSummary,
    next_look_at: at().nullable(),
    scopes: z.array(scope),
    events: z
      .object({
        trouble: z
          .string()
          .nullable()
          .describe('Why they can not be fetched from their queue; null: they can, or there is none.'),
        refused: z
          .array(
            z.object({
              at: at(),
              kind: z.enum(HOOK_KINDS),
              outcome: z.string(),
              detail: z.string(),
              remote: z.string().nullable(),
            }),
          )
          .describe('The last messages that were not taken, newest first, since this instance has started.'),
      })
      .nullable()
      .describe('Of what tells by itself that something has happened; null: sources of this type do not.'),
  }),
)

export const channel = named(
  'Channel',
  'Where messages go; the address is without its secrets.',
  z.object({
    name: z.string(),
    type: z.string(),
    address: z.string(),
    pending: z.int(),
    dead: z.int(),
    delivered: z.int(),
    last_error: z.string().nullable(),
    last_error_at: at().nullable(),
  }),
)

export const health = named(
  'Health',
  'How this instance itself is doing; a part that is null is well.',
  z.object({
    ok: z.boolean(),
    database: z.string().nullable(),
    scheduler: z.string().nullable(),
    configuration: z.string().nullable(),
    last_cycle_at: at().nullable(),
  }),
)

export const summary = named(
  'Summary',
  'The state of everything that matches the filters, on one page.',
  z.object({
    generated_at: at(),
    version: z.string(),
    summary: statusSummary,
    facets: z.object({
      sources: z.array(z.string()),
      accounts: z.array(z.string()),
      types: z.array(z.string()),
      owners: z.array(z.string()),
    }),
    incidents: z.object({ open: z.int(), acknowledged: z.int() }),
    health,
  }),
)

export const session = named(
  'Session',
  'Who is asking. as: local is an instance without login, which answers this machine only.',
  z.object({
    login_required: z.boolean(),
    logged_in: z.boolean(),
    as: z.enum(['local', 'session', 'token', 'command']).nullable(),
    name: z.string().nullable(),
    expires_at: at().nullable(),
  }),
)

export const requested = named('Requested', 'How many scopes will be looked at now.', z.object({ requested: z.int() }))

export const page = <S extends z.ZodType>(id: string, item: S) =>
  named(
    id,
    'One page: hand next_cursor back as cursor to read on; null: that was all.',
    z.object({ items: z.array(item), next_cursor: z.string().nullable() }),
  )
export const list = <S extends z.ZodType>(id: string, item: S) =>
  named(
    id,
    'The newest first, at most `limit`; truncated: there are more.',
    z.object({ items: z.array(item), truncated: z.boolean() }),
  )

export const checkPage = page('CheckPage', check)
export const recoveryPointList = list('RecoveryPointList', recoveryPoint)
export const statusChangeList = list('StatusChangeList', statusChange)
export const pingList = list('PingList', ping)
export const sourceList = named('SourceList', 'All sources.', z.object({ items: z.array(source) }))
export const channelList = named('ChannelList', 'All channels.', z.object({ items: z.array(channel) }))

export type CheckJson = z.output<typeof check>
export type RecoveryPointJson = z.output<typeof recoveryPoint>
export type StatusChangeJson = z.output<typeof statusChange>
export type PingJson = z.output<typeof ping>
export type ScopeJson = z.output<typeof scope>
export type SourceJson = z.output<typeof source>
export type ChannelJson = z.output<typeof channel>
export type HealthJson = z.output<typeof health>
export type SessionJson = z.output<typeof session>
export type ProblemJson = z.output<typeof problem>
