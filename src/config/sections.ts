import { z } from 'zod'
import { SEVERITIES } from '../domain/severity.ts'
import { EvidenceKeyError, signerOf } from '../evidence/key.ts'
import { duration, httpUrl, secret, secretUrl, text } from '../lib/fields.ts'
import { type ThresholdSetting, thresholdFields } from '../sources/source.ts'
import { SETTINGS_MODES } from './config.ts'
import { name } from './name.ts'

/** The schemas of everything that is not a source's or a channel's own: the file's reference and its JSON Schema. */

export { name } from './name.ts'
export { listedService, service, serviceShape } from './service-schema.ts'

const tags = () => z.record(z.string().min(1).max(128), text())

const LIMITS = ['max_age', 'schedule', 'expected_frequency_hours'] as const

/** One kind of threshold at each place. */
export function checkThreshold(value: ThresholdSetting, context: z.RefinementCtx): void {
  const given = LIMITS.filter((key) => value[key] !== undefined)
  for (const key of given.slice(1))
    context.addIssue({ code: 'custom', path: [key], message: `${given[0]} says when already: keep one of the two` })
}

const override = z
  .strictObject({
    match: z
      .strictObject({
        check: text().optional().describe('The id of a check, or a glob: "fleet/web-*"'),
        name: text().optional().describe('The name or the id of a resource, or a glob'),
        tags: tags().optional().describe('Tags that the resource must have; values may be globs'),
      })
      .refine((match) => Object.keys(match).length > 0, 'it matches nothing: give check, name or tags')
      .describe('All that is given must hold'),
    ...thresholdFields,
    owner: text().optional(),
  })
  .superRefine(checkThreshold)

/** What every source understands beside its own settings. */
export const commonSourceShape = {
  // whether it is there, and known, is looked at before
  type: z.string().optional().describe('What kind of source it is'),
  every: duration().optional().describe('How often it is looked at'),
  timeout: duration().optional().describe('How long one look at one scope may take'),
  ...thresholdFields,
  overrides: z.array(override).optional().describe('Settings for some of its checks; the most specific match wins'),
  owner: text().optional().describe('Who is told, unless a service or an override says otherwise'),
  tags: tags().optional().describe('Tags of all its checks, for routes'),
}
export const commonSource = z.strictObject(commonSourceShape).superRefine(checkThreshold)

export const commonChannelShape = {
  type: z.string().optional().describe('What kind of channel it is'),
  timeout: duration().optional().describe('How long one attempt to send may take; 30s'),
}
export const commonChannel = z.strictObject(commonChannelShape)

const oneOrMore = <T extends z.ZodType>(one: T) =>
  z
    .union([one, z.array(one).min(1)])
    .transform((value): z.output<T>[] => (Array.isArray(value) ? value : [value]) as z.output<T>[])

export const route = z.strictObject({
  match: z
    .strictObject({
      severity: oneOrMore(z.enum(SEVERITIES)).optional(),
      source: oneOrMore(text()).optional(),
      owner: oneOrMore(text()).optional(),
      tags: tags().optional(),
      type: oneOrMore(text()).optional(),
    })
    .optional()
    .describe('All that is given must hold; without it, everything matches'),
  to: oneOrMore(z.string()).describe('Names of channels'),
  repeat: duration().optional().describe('Reminder interval while an incident is neither acknowledged nor resolved'),
  continue: z.boolean().optional().describe('Go on to the routes below after this one has matched'),
})

export const defaults = z
  .strictObject({
    ...thresholdFields,
    every: duration().optional().describe('How often sources are looked at'),
    error_grace: z.int().min(1).max(1000).optional().describe('Failed looks in a row before they are an incident; 3'),
  })
  .superRefine(checkThreshold)

const LISTEN = /^(?:(\[[0-9a-fA-F:.]+\]|[^:[\]\s]+):)?(\d{1,5})$/

/** "127.0.0.1:8484", "[::1]:8484", 8484. */
const listen = z.union([z.number(), z.string()]).transform((value, context) => {
  const match = LISTEN.exec(String(value))
  const number = Number(match?.[2] ?? -1)
  if (match && Number.isInteger(number) && number <= 65_535)
    return { host: match[1]?.replace(/^\[|\]$/g, '') ?? '127.0.0.1', port: number }
  context.addIssue({ code: 'custom', message: 'not an address: write 127.0.0.1:8484, [::1]:8484 or 8484' })
  return z.NEVER
})

const MIN_PASSWORD = 8
const auth = z
  .strictObject({
    password: secret()
      .refine((value) => value.reveal().length >= MIN_PASSWORD, `a password has at least ${MIN_PASSWORD} characters`)
      .optional()
      .describe('The password of the login'),
    password_hash: secret().optional().describe('Its hash, in place of the password'),
    tokens: z
      .array(z.strictObject({ name: name(), token: secret() }))
      .optional()
      .describe('What machines log in with, each with a name'),
  })
  .superRefine((value, context) => {
    if (value.password && value.password_hash)
      context.addIssue({
        code: 'custom',
        path: ['password'],
        message: 'there is a password_hash too: keep one of the two',
      })
    if (!value.password && !value.password_hash && !value.tokens?.length)
      context.addIssue({ code: 'custom', message: 'nobody can log in: give password, password_hash or tokens' })
    const seen = new Set<string>()
    for (const [index, token] of (value.tokens ?? []).entries()) {
      const path = ['tokens', index, 'name']
      if (seen.has(token.name)) context.addIssue({ code: 'custom', path, message: `"${token.name}" is here twice` })
      seen.add(token.name)
    }
  })

export const server = z
  .strictObject({
    listen: listen.optional().describe('Address and port: "127.0.0.1:8484"'),
    host: text().optional().describe('The address alone; 127.0.0.1'),
    port: z.int().min(0).max(65_535).optional().describe('The port alone; 8484'),
    base_url: httpUrl().optional().describe("The dashboard's address as people reach it, for links in messages"),
    auth: auth.optional().describe('Login; an address that others reach demands it'),
    ping_body_limit: z.int().min(0).max(1_048_576).optional().describe("Bytes of a ping's body that are kept; 10000"),
    settings: z
      .enum(SETTINGS_MODES)
      .optional()
      .describe('What can be made in the dashboard: file (nothing), safe, all; safe'),
  })
  .superRefine((value, context) => {
    for (const key of ['host', 'port'] as const)
      if (value.listen !== undefined && value[key] !== undefined)
        context.addIssue({ code: 'custom', path: [key], message: 'listen says so already: keep one of the two' })
  })

export const database = z.strictObject({
  url: secret()
    .refine((value) => /^postgres(?:ql)?:\/\//.test(value.reveal()), {
      error: 'it does not begin with postgres://: leave it out for the embedded database',
    })
    .optional()
    .describe('A PostgreSQL database; without it an embedded one in the data directory is used'),
})

export const watchdog = z.array(
  z
    .strictObject({
      healthchecks: secretUrl().optional().describe('A ping URL of Healthchecks'),
      kuma: secretUrl().optional().describe('A push URL of Uptime Kuma'),
    })
    .refine((value) => Object.keys(value).length === 1, 'give one of healthchecks and kuma to each entry'),
)

export const history = z.strictObject({
  keep: duration().optional().describe("How long Backproof's own history is kept; 400d"),
})

export const evidence = z.strictObject({
  key: secret()
    .superRefine((value, context) => {
      try {
        signerOf(value.reveal(), 'this')
      } catch (error) {
        if (!(error instanceof EvidenceKeyError)) throw error
        context.addIssue({ code: 'custom', message: error.message })
      }
    })
    .optional()
    .describe('An Ed25519 key that evidence is signed with; without it, evidence.key in the data directory'),
  keep: duration().optional().describe('How long evidence is kept; for ever'),
})

export const concurrency = z.int().min(1).max(256)
