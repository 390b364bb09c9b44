import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { stringify } from 'yaml'

export interface Found {
  /** What was found, for people. */
  lines: string[]
  restic: boolean
  /** From RESTIC_REPOSITORY. */
  repository: string | null
  passwordFile: string | null
  dumpFolders: string[]
}

export interface Answers {
  repository?: string
  folder?: string
  email?: string
}

const DUMP_FOLDERS = ['/srv/backups', '/var/backups/postgresql', '/var/backups/mysql', '/backup', '/backups']

/** Looks at this machine for what could be watched. Reads names only, opens nothing but ~/.aws/config. */
export async function discover(env: NodeJS.ProcessEnv = process.env): Promise<Found> {
  const tool = (name: string) =>
    (env.PATH ?? '')
      .split(delimiter)
      .map((dir) => join(dir, name))
      .find(isExecutable)
  const restic = tool('restic')
  const lines: string[] = []
  if (restic) lines.push(`restic (${restic})`)
  for (const name of ['borg', 'borgmatic', 'pgbackrest']) {
    const path = tool(name)
    if (path)
      lines.push(`${name} (${path}): watch its jobs with a heartbeat or a command until it has a source of its own`)
  }
  if (env.RESTIC_REPOSITORY) lines.push('a restic repository (RESTIC_REPOSITORY)')
  const profiles = awsProfiles(join(homedir(), '.aws/config'))
  if (profiles.length > 0) lines.push(`AWS profiles: ${profiles.join(', ')} (for s3-dumps and restic on S3)`)
  const dumpFolders = DUMP_FOLDERS.filter((path) => existsSync(path) && statSync(path).isDirectory())
  for (const path of dumpFolders) lines.push(`a folder that looks like dumps: ${path}`)
  return {
    lines,
    restic: restic !== undefined,
    repository: env.RESTIC_REPOSITORY ?? null,
    passwordFile: env.RESTIC_PASSWORD_FILE ?? null,
    dumpFolders,
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function awsProfiles(path: string): string[] {
  if (!existsSync(path)) return []
  return [...readFileSync(path, 'utf8').matchAll(/^\[(?:profile )?([^\]]+)\]/gm)].map((match) => match[1] ?? '')
}

/** A configuration to start from: what was found and answered, then commented examples of the rest. */
export function startingConfig(found: Found, answers: Answers): string {
  const sources: Record<string, unknown> = {}
  const repository = answers.repository ?? found.repository
  if (repository)
    sources.restic = {
      type: 'restic',
      repositories: {
        main: {
          url: repository,
          password_file: found.passwordFile ?? '/etc/backproof/restic.pass',
          max_age: '1d',
        },
      },
    }
  const folders = answers.folder ? [answers.folder] : found.dumpFolders
  if (folders.length > 0)
    sources.dumps = {
      type: 'files',
      files: Object.fromEntries(
        folders.map((path, index) => [`dumps${index === 0 ? '' : index + 1}`, { path, pattern: '*', max_age: '25h' }]),
      ),
    }
  const channels = answers.email
    ? {
        mail: {
          type: 'email',
          host: 'localhost',
          port: 25,
          tls: 'none',
          from: 'backproof@localhost',
          to: [answers.email],
        },
      }
    : undefined
  const body = { ...(Object.keys(sources).length > 0 ? { sources } : {}), ...(channels ? { channels } : {}) }
  return `${HEAD}${Object.keys(body).length > 0 ? stringify(body, { lineWidth: 0 }) : 'sources: {}\n'}${EXAMPLES}`
}

const HEAD = `# Backproof: which of your backups would not save you.
# backproof validate says what is wrong in here; docs/configuration.md has everything that can be said.
# Secrets: \${env:NAME}, \${file:/path} or \${credential:NAME} in place of the value.

`

const EXAMPLES = `
# More of what can be watched:
#
# sources:
#   fleet:
#     type: restic
#     url: "s3:https://s3.example.com/restic-{{ .Name }}"
#     mode: fast                      # lists snapshots/ on S3: needs no password
#     repositories:
#       web-server: { max_age: 1d }
#       db-server: { max_age: 6h }
#   dumps:
#     type: files
#     files:
#       app: { path: /srv/dumps, pattern: "app-*.dump", min_size: 1MiB }
#       postgres: { stamp: /srv/backups/postgres/latest.ok }
#   buckets:
#     type: s3-dumps
#     region: eu-central-1
#     dumps:
#       appdb: { bucket: acme-dumps, prefix: "pg/appdb-", expected_frequency_hours: 24 }
#   jobs:
#     type: heartbeat                 # curl -fsS http://127.0.0.1:8484/ping/UUID at the end of a job
#     heartbeats:
#       nightly: { uuid: 6f1c3a3e-0c0e-4c4e-9a3f-1d2e3f405060, schedule: "30 2 * * *", time_zone: Europe/Berlin, grace: 1h }
#
# Who is told:
#
# channels:
#   oncall: { type: slack, webhook_url: "\${env:SLACK_URL}" }
# routes:
#   - { match: { severity: critical }, to: [oncall], repeat: 4h }
#
# Somebody watches the watcher: a dead-man's switch outside that hears of each healthy minute.
#
# watchdog:
#   - healthchecks: https://hc-ping.com/your-uuid
`
