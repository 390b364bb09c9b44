import { z } from 'zod'
import type { ScopeId } from '../../domain/scope.ts'
import { duration, fraction, secret, secretUrl, text, timeZone } from '../../lib/fields.ts'
import { Secret } from '../../lib/secret.ts'
import type { ThresholdSetting } from '../source.ts'
import { type Location, maskUrl, parseLocation } from './location.ts'

const thresholdShape = {
  max_age: duration().optional().describe('How old the newest snapshot may be; 24h'),
  expected_frequency_hours: z.number().positive().optional().describe('A backup is expected every so many hours'),
  schedule: text().optional().describe('When a backup is expected: an interval, cron or a systemd calendar expression'),
  time_zone: timeZone().optional().describe('The time zone of the schedule'),
  grace: duration().optional().describe('How late a backup may be'),
  warn_at: fraction().optional().describe('Part of the threshold after which the check is "due"'),
}

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'not the name of an environment variable')
/** YAML reads a token of digits as a number. */
const value = z.union([z.string(), z.number(), z.boolean()]).transform(String).pipe(secret())

const ownShape = {
  url: text()
    .optional()
    .describe('Address of the repository as restic has it; {{ .Name }} is the name under repositories'),
  mode: z
    .enum(['full', 'fast'])
    .optional()
    .describe('full: by restic, with the password. fast: by listing snapshots/, without it'),
  password: secret().optional().describe('The password of the repository'),
  password_file: text().optional().describe('A file that holds the password'),
  password_command: secret().optional().describe('A command that prints the password'),
  extra_env: z.record(variable, value).optional().describe('Environment of restic: the keys of its storage'),
  group_by: z
    .array(z.enum(['host', 'paths', 'tags']))
    .optional()
    .describe('Machines and paths in one repository get a check each; [] gives one check a repository. [host, paths]'),
  retire_groups_after: duration()
    .optional()
    .describe('A machine or path without a snapshot for so long is given up: its own check is retired. Never'),
  binary: text().optional().describe('The program; restic'),
  options: z
    .array(z.string().regex(/^[a-z0-9]+\.[a-z0-9-]+=/, 'not an extended option: write sftp.args=-p 2222'))
    .optional()
    .describe("restic's extended options, as after -o; not for secrets"),
  cache_dir: text().optional().describe("restic's own cache, which spares a remote repository most reads; none"),
}

const repository = z
  .strictObject({
    ...ownShape,
    ...thresholdShape,
    timeout: duration().optional().describe('How long restic may take for this one'),
    push_url: secretUrl().optional().describe('Uptime Kuma push URL that hears of each look at this repository'),
    push_token: secret().optional().describe('The token that is appended to push_url'),
  })
  .superRefine(onePassword)

type RepositoryConfig = z.output<typeof repository>

const NAME = /^[^\s/\p{C}](?:[^/\p{C}]{0,126}[^\s/\p{C}])?$/u

export const resticConfig = z
  .strictObject({
    ...ownShape,
    ...thresholdShape,
    timeout: duration().optional().describe('How long one look at one repository may take'),
    push_url: secretUrl().optional().describe('What push_token is appended to: it ends in /api/push/'),
    repository: text().optional().describe('Address of the only repository, in place of url and repositories'),
    repositories: z
      .record(
        z.string().regex(NAME, 'not a name: at most 128 characters, without slashes and line breaks'),
        repository.nullable().transform((given): RepositoryConfig => given ?? {}),
      )
      .optional()
      .describe('The repositories by name, each with what differs from the settings above'),
  })
  .superRefine(onePassword)
  .superRefine(checkUrls)

export type ResticConfig = z.output<typeof resticConfig>

const PASSWORDS = ['password', 'password_file', 'password_command'] as const

function onePassword(config: Partial<Record<(typeof PASSWORDS)[number], unknown>>, context: z.RefinementCtx): void {
  const given = PASSWORDS.filter((key) => config[key] !== undefined)
  for (const key of given.slice(1))
    context.addIssue({ code: 'custom', path: [key], message: `there is a ${given[0]} too: keep one of the two` })
}

function checkUrls(config: ResticConfig, context: z.RefinementCtx): void {
  const issue = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message })
  const { repositories, repository } = config
  if (repository !== undefined && (repositories || config.url !== undefined))
    issue(['repository'], 'repository stands alone: write url and repositories for several')
  else if (!repositories) checkSingle(config, issue)
  else if (Object.keys(repositories).length === 0)
    issue(['repositories'], 'there is nothing to look at: name a repository')
  for (const [name, own] of Object.entries(repositories ?? {})) {
    const path = ['repositories', name]
    const url = own.url ?? config.url
    const wrong = url === undefined ? null : problemOf(expandName(url, name))
    if (url === undefined) issue(path, 'where is it? give url here, or above for all')
    else if (wrong) issue(own.url === undefined ? ['url'] : [...path, 'url'], wrong)
    if (own.push_token && !own.push_url && !config.push_url)
      issue([...path, 'push_token'], 'a token needs a push_url, here or above for all')
  }
}

function checkSingle(config: ResticConfig, issue: (path: string[], message: string) => void): void {
  const url = config.repository ?? config.url
  if (url === undefined) {
    issue([], 'there is nothing to look at: give repository or repositories')
    return
  }
  const wrong = url.includes('{{') ? 'a template needs repositories to fill it in' : problemOf(url)
  if (wrong) issue([config.repository === undefined ? 'url' : 'repository'], wrong)
}

function problemOf(url: string): string | null {
  const left = /\{\{.*?(?:\}\}|$)/s.exec(url)?.[0]
  if (left !== undefined) return `the template ${left.slice(0, 40)} is not understood: only {{ .Name }} is`
  if (parseLocation(url)) return null
  return 'restic does not know such an address: write /path, s3:https://host/bucket/path, sftp:user@host:/path, rest:https://host/ ...'
}

/** Fills in the Go template `{{ .Name }}`, which is the only one there is. */
export function expandName(url: string, name: string): string {
  return url.replace(/\{\{-?\s*\.Name\s*-?\}\}/g, () => name)
}

export type GroupKey = 'host' | 'paths' | 'tags'

/** One repository with all that the configuration says of it. */
export interface Repository {
  scope: ScopeId
  name: string
  url: string
  /** The address for people: without its password. */
  shownUrl: string
  location: Location
  mode: 'full' | 'fast'
  groupBy: readonly GroupKey[]
  retireGroupsAfterMs: number | null
  binary: string
  options: readonly string[]
  cacheDir: string | null
  timeoutMs: number | null
  /** Environment and passwords, the more specific later. */
  layers: readonly Pick<RepositoryConfig, 'extra_env' | 'password' | 'password_file' | 'password_command'>[]
}

/** The names of the source's repositories: of a single one that of the source. */
export function namesOf(source: string, config: ResticConfig): string[] {
  return config.repositories ? Object.keys(config.repositories) : [source]
}

/** The repository `name` of the source that is called `source` in the configuration; null: there is none. */
export function repositoryOf(source: string, config: ResticConfig, name: string, env = process.env): Repository | null {
  const own = ownOf(source, config, name)
  if (!own) return null
  const url = expandName(own.url ?? config.url ?? '', name)
  return {
    scope: `${source}/${name}`,
    name,
    url,
    shownUrl: maskUrl(url),
    location: parseLocation(url) ?? { kind: 'other', scheme: 'unknown' },
    mode: own.mode ?? config.mode ?? (isFastByDefault(env) ? 'fast' : 'full'),
    groupBy: own.group_by ?? config.group_by ?? ['host', 'paths'],
    retireGroupsAfterMs: own.retire_groups_after ?? config.retire_groups_after ?? null,
    binary: own.binary ?? config.binary ?? 'restic',
    options: own.options ?? config.options ?? [],
    cacheDir: own.cache_dir ?? config.cache_dir ?? null,
    timeoutMs: own.timeout ?? config.timeout ?? null,
    layers: [config, own],
  }
}

function ownOf(source: string, config: ResticConfig, name: string): RepositoryConfig | null {
  const { repositories } = config
  if (repositories) return Object.hasOwn(repositories, name) ? (repositories[name] ?? null) : null
  return name === source ? { url: config.repository, push_url: config.push_url } : null
}

/** restic-monitor's own switch, read as Go reads a boolean. */
function isFastByDefault(env: NodeJS.ProcessEnv): boolean {
  return /^(?:1|t|T|TRUE|true|True)$/.test(env.RESTIC_MONITOR_FAST ?? '')
}

/** The push URL of a repository with its token; null: it has none. Throws SecretError. */
export function pushUrlOf(source: string, config: ResticConfig, name: string): Secret | null {
  const own = ownOf(source, config, name)
  const base = own?.push_url ?? config.push_url
  if (!own?.push_token || !base) return own?.push_url ?? null
  // what is revealed is literal: a "${" in it is no reference
  return new Secret(`${base.reveal()}${own.push_token.reveal()}`.replaceAll('${', () => '$${'))
}

const LIMITS = ['max_age', 'schedule', 'expected_frequency_hours'] as const

/** The threshold of a repository, or of the source where it has none of its own. */
export function thresholdOf(
  source: string,
  config: ResticConfig,
  name: string,
): { setting: ThresholdSetting; from: string } | null {
  const places: [ThresholdSetting, string][] = [
    [ownOf(source, config, name) ?? {}, `sources.${source}.repositories.${name}`],
    [config, `sources.${source}`],
  ]
  const warnAt = places.map(([place]) => place.warn_at).find((part) => part !== undefined)
  for (const [place, path] of places) {
    const limit = LIMITS.find((key) => place[key] !== undefined)
    if (!limit) continue
    const { max_age, expected_frequency_hours, schedule, time_zone, grace } = place
    const setting = { max_age, expected_frequency_hours, schedule, time_zone, grace, warn_at: warnAt }
    return { setting, from: `${path}.${limit}` }
  }
  return warnAt === undefined ? null : { setting: { warn_at: warnAt }, from: `sources.${source}` }
}
