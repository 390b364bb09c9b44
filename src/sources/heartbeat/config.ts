import { z } from 'zod'
import type { CheckId } from '../../domain/recovery-point.ts'
import { duration, fraction, secret, secretUrl, text, timeZone } from '../../lib/fields.ts'
import type { Secret } from '../../lib/secret.ts'
import { type ThresholdSetting, thresholdFields } from '../source.ts'

const MINUTE_MS = 60_000
const YEAR_MS = 365 * 86_400_000
/** As Healthchecks has them: https://healthchecks.io/docs/configuring_checks/ */
const DEFAULT_PERIOD_MS = 86_400_000
const DEFAULT_GRACE_MS = 3_600_000

const fromOneMinute = () =>
  duration().refine((ms) => ms >= MINUTE_MS && ms <= YEAR_MS, 'outside what can be watched: write 1m to 365d')

const timing = {
  period: fromOneMinute().optional().describe('A success is expected every so often; 1d'),
  schedule: thresholdFields.schedule,
  time_zone: timeZone().optional().describe('The time zone of the schedule; UTC where none is given'),
  grace: fromOneMinute()
    .optional()
    .describe('How late a success may be, and how long a run may take; 1h, or the period where that is shorter'),
  warn_at: fraction().optional().describe('Part of the threshold after which the check is "due": 80%'),
  count_from: z
    .enum(['success', 'start'])
    .optional()
    .describe('Whether ages are counted from the report of a success, or from the start of its run; success'),
}
type Timing = z.output<z.ZodObject<typeof timing>>

/** The key stands in URLs; one that looks like a uuid would be taken for one. */
const urlSafe = (what: string) =>
  secret().refine(
    (value) => /^[A-Za-z0-9_-]{8,128}$/.test(value.reveal()) && !UUID.test(value.reveal()),
    `not a ${what}: 8 to 128 letters, digits, dashes and underscores, and no uuid`,
  )

export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
export const SLUG = /^[a-z0-9_-]{1,64}$/

const heartbeat = z
  .strictObject({
    uuid: text()
      .refine((value) => UUID.test(value), 'not a uuid: make one with uuidgen')
      .transform((value) => value.toLowerCase())
      .optional()
      .describe('Jobs report to /ping/UUID: keep it as secret as a password'),
    push_token: urlSafe('push token').optional().describe('Jobs report to /api/push/TOKEN, as to Uptime Kuma'),
    ...timing,
    push_url: secretUrl()
      .optional()
      .describe("Somebody else's dead-man's switch that hears of this heartbeat's status: Uptime Kuma, Healthchecks"),
    owner: text().optional().describe('Who is told'),
    tags: z.record(z.string().min(1).max(128), text()).optional().describe('Tags, for overrides and routes'),
  })
  .superRefine(onePace)

export type HeartbeatSettings = z.output<typeof heartbeat>

export const heartbeatConfig = z
  .strictObject({
    ping_key: urlSafe('ping key').optional().describe('Jobs report to /ping/KEY/NAME'),
    create: z.boolean().optional().describe('A first report to /ping/KEY/NAME?create=1 makes a heartbeat; false'),
    default: z
      .strictObject(timing)
      .superRefine(onePace)
      .optional()
      .describe('For heartbeats that do not say it themselves, and for those that are made by their first report'),
    heartbeats: z
      .record(
        z.string().regex(SLUG, 'not a name: at most 64 small letters, digits, dashes and underscores'),
        heartbeat.nullable().transform((given): HeartbeatSettings => given ?? {}),
      )
      .optional()
      .describe('The heartbeats by name; names are the slugs of their addresses'),
  })
  .superRefine(reachable)

export type HeartbeatConfig = z.output<typeof heartbeatConfig>

function onePace(value: Timing, context: z.RefinementCtx): void {
  if (value.period !== undefined && value.schedule !== undefined)
    context.addIssue({ code: 'custom', path: ['period'], message: 'schedule says when already: keep one of the two' })
}

function reachable(config: HeartbeatConfig, context: z.RefinementCtx): void {
  const issue = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message })
  const entries = Object.entries(config.heartbeats ?? {})
  if (config.create && !config.ping_key) issue(['create'], 'what makes heartbeats needs a ping_key to be reached by')
  if (entries.length === 0 && !config.create) issue([], 'nothing can report: give heartbeats, or ping_key and create')
  const taken = new Map<string, string>()
  for (const [name, own] of entries) {
    if (!own.uuid && !own.push_token && !config.ping_key)
      issue(['heartbeats', name], 'nothing can report to it: give uuid or push_token, or ping_key for all')
    for (const key of ['uuid', 'push_token'] as const) {
      const value = typeof own[key] === 'object' ? own[key].reveal() : own[key]
      if (value === undefined) continue
      const other = taken.get(value)
      if (other !== undefined) issue(['heartbeats', name, key], `heartbeats.${other} has the same: each needs its own`)
      taken.set(value, name)
    }
  }
}

export function checkIdOf(source: string, slug: string): CheckId {
  return `${source}/${slug}`
}

/** The heartbeat's own settings; empty for one that was made by its first report. */
export function settingsOf(source: string, config: HeartbeatConfig, check: CheckId): HeartbeatSettings {
  const slug = check.slice(source.length + 1)
  return (Object.hasOwn(config.heartbeats ?? {}, slug) ? config.heartbeats?.[slug] : undefined) ?? {}
}

interface Place {
  timing: Timing
  path: string
}

/** From the most to the least specific. */
function places(source: string, config: HeartbeatConfig, check: CheckId): Place[] {
  return [
    {
      timing: settingsOf(source, config, check),
      path: `sources.${source}.heartbeats.${check.slice(source.length + 1)}`,
    },
    { timing: config.default ?? {}, path: `sources.${source}.default` },
  ]
}

/** What the configuration says of one heartbeat's threshold: its pace and its grace; null: nothing at all. */
export function thresholdOfHeartbeat(
  source: string,
  config: HeartbeatConfig,
  check: CheckId,
): { setting: ThresholdSetting; from: string } | null {
  const all = places(source, config, check)
  const pace = all.find(({ timing }) => timing.period !== undefined || timing.schedule !== undefined)
  const graced = all.find(({ timing }) => timing.grace !== undefined)
  const warn_at = all.find(({ timing }) => timing.warn_at !== undefined)?.timing.warn_at
  const grace = graceOf(source, config, check)
  if (pace?.timing.schedule !== undefined) {
    const { schedule } = pace.timing
    const time_zone = all.find(({ timing }) => timing.time_zone !== undefined)?.timing.time_zone
    return { setting: { schedule, time_zone, grace, warn_at }, from: `${pace.path}.schedule` }
  }
  if (pace) return { setting: { max_age: pace.timing.period, grace, warn_at }, from: `${pace.path}.period` }
  if (graced) return { setting: { max_age: DEFAULT_PERIOD_MS, grace, warn_at }, from: `${graced.path}.grace` }
  return warn_at === undefined ? null : { setting: { warn_at }, from: `sources.${source}` }
}

/** How late a success may be and how long a run may take, in milliseconds. */
export function graceOf(source: string, config: HeartbeatConfig, check: CheckId): number {
  const all = places(source, config, check)
  const given = all.find(({ timing }) => timing.grace !== undefined)?.timing.grace
  if (given !== undefined) return given
  const pace = all.find(({ timing }) => timing.period !== undefined || timing.schedule !== undefined)
  // an hour on top of a job of every five minutes would hide that twelve of them are gone
  return Math.min(DEFAULT_GRACE_MS, pace?.timing.period ?? DEFAULT_GRACE_MS)
}

/** Whether a success's recovery point is dated at the start of its run. */
export function countsFromStart(source: string, config: HeartbeatConfig, check: CheckId): boolean {
  const all = places(source, config, check)
  return all.find(({ timing }) => timing.count_from !== undefined)?.timing.count_from === 'start'
}

export const DEFAULT_MAX_AGE_MS = DEFAULT_PERIOD_MS + DEFAULT_GRACE_MS

/** A secret's value, or null: for those that are optional. Throws SecretError. */
export function revealed(secret: Secret | undefined): string | null {
  return secret?.reveal() ?? null
}
