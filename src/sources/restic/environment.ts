import { resolve } from 'node:path'
import { rememberSecret } from '../../lib/redact.ts'
import type { Repository } from './config.ts'

const INHERITED =
  /^(?:PATH|HOME|USER|LOGNAME|TMPDIR|TZ|SSH_AUTH_SOCK|SSL_CERT_FILE|SSL_CERT_DIR|XDG_\w+|https?_proxy|no_proxy|HTTPS?_PROXY|NO_PROXY|(?:RESTIC|AWS|AZURE|B2|GOOGLE|OS|ST|RCLONE)_\w+)$/
/** Would make restic look at another repository, or (RESTIC_HOST) at a part of this one. */
const NOT_INHERITED = /^RESTIC_(?:REPOSITORY|REPOSITORY_FILE|HOST|CACHE_DIR|MONITOR_\w+)$/
const SECRET = /(?:PASSWORD|SECRET|TOKEN|_KEY)$/
const PASSWORDS = ['RESTIC_PASSWORD', 'RESTIC_PASSWORD_FILE', 'RESTIC_PASSWORD_COMMAND'] as const

/**
 * What restic is started with: of our own environment only what is meant for it, then `extra_env` and the passwords, the
 * repository's after the source's. Where one layer says how to get the password, those below don't: restic refuses two.
 * Throws SecretError.
 */
export function environmentOf(
  repository: Repository,
  directory: string,
  own: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const env: Record<string, string> = { PATH: '/usr/local/bin:/usr/bin:/bin' }
  for (const [name, value] of Object.entries(own)) {
    if (value === undefined || !INHERITED.test(name) || NOT_INHERITED.test(name)) continue
    env[name] = value
    if (SECRET.test(name)) rememberSecret(value)
  }
  for (const layer of repository.layers) {
    const extra = Object.entries(layer.extra_env ?? {}).map(([name, value]) => [name, value.reveal()] as const)
    merge(env, Object.fromEntries(extra))
    merge(env, {
      ...(layer.password && { RESTIC_PASSWORD: layer.password.reveal() }),
      ...(layer.password_file !== undefined && { RESTIC_PASSWORD_FILE: resolve(directory, layer.password_file) }),
      ...(layer.password_command && { RESTIC_PASSWORD_COMMAND: layer.password_command.reveal() }),
    })
  }
  delete env.RESTIC_REPOSITORY_FILE
  // in the environment, since an address may hold a password, and arguments can be read by everybody on the machine
  env.RESTIC_REPOSITORY = repository.url
  if (repository.cacheDir !== null) env.RESTIC_CACHE_DIR = resolve(directory, repository.cacheDir)
  env.LC_ALL = 'C'
  return env
}

function merge(env: Record<string, string>, layer: Record<string, string>): void {
  if (PASSWORDS.some((name) => name in layer)) for (const name of PASSWORDS) delete env[name]
  Object.assign(env, layer)
}

/** Whether restic would have to ask a person for the password. */
export function lacksPassword(env: Record<string, string>): boolean {
  return PASSWORDS.every((name) => !env[name])
}
