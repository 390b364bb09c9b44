import type { UnsafeSetting } from '../../domain/unsafe-setting.ts'
import { expandName, type ResticConfig } from './config.ts'
import { parseLocation } from './location.ts'

const KEYS = {
  password_file: 'reads a secret of this machine',
  password_command: 'runs a program',
  binary: 'runs a program',
  options: 'can have restic run a program',
  cache_dir: 'writes to a folder of this machine',
} as const

/** Those of https://restic.readthedocs.io/en/stable/040_backup.html#environment-variables that are values, not paths or programs. */
const PLAIN_VARIABLE =
  /^(?:RESTIC_PASSWORD|RESTIC_REST_(?:USERNAME|PASSWORD)|AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|DEFAULT_REGION|REGION)|AZURE_ACCOUNT_(?:NAME|KEY|SAS)|B2_ACCOUNT_(?:ID|KEY)|GOOGLE_(?:PROJECT_ID|ACCESS_TOKEN)|(?:OS|ST)_(?:AUTH|AUTH_URL|AUTH_TOKEN|STORAGE_URL|USERNAME|USER|KEY|PASSWORD|REGION_NAME|TENANT_ID|TENANT_NAME|PROJECT_NAME|PROJECT_DOMAIN_NAME|PROJECT_DOMAIN_ID|USER_ID|USER_DOMAIN_NAME|USER_DOMAIN_ID|TRUST_ID|APPLICATION_CREDENTIAL_ID|APPLICATION_CREDENTIAL_NAME|APPLICATION_CREDENTIAL_SECRET))$/

/** sftp: has restic run ssh, whose options a hostile host name can set, and rclone: a program for most remotes. */
const QUIET_SCHEME = /^(?:rest|b2|azure|gs|swift)$/

export function unsafeSettings(config: ResticConfig): UnsafeSetting[] {
  const { repositories, repository, ...shared } = config
  const found = [...unsafeIn(shared, [], 'x'), ...unsafeUrl(repository, ['repository'], 'x')]
  for (const [name, own] of Object.entries(repositories ?? {})) {
    found.push(...unsafeIn(own, ['repositories', name], name))
    // a template becomes an address by the name
    if (own.url === undefined) found.push(...unsafeUrl(shared.url, ['repositories', name], name))
  }
  return found
}

type Layer = Pick<ResticConfig, 'url' | 'extra_env' | keyof typeof KEYS>

function unsafeIn(layer: Layer, path: readonly string[], name: string): UnsafeSetting[] {
  const found: UnsafeSetting[] = []
  for (const [key, why] of Object.entries(KEYS))
    if (Reflect.get(layer, key) !== undefined) found.push({ path: [...path, key], why })
  for (const variable of Object.keys(layer.extra_env ?? {}))
    if (!PLAIN_VARIABLE.test(variable))
      found.push({ path: [...path, 'extra_env', variable], why: 'can have restic run a program or read a file' })
  return [...found, ...unsafeUrl(layer.url, [...path, 'url'], name)]
}

function unsafeUrl(url: string | undefined, path: readonly string[], name: string): UnsafeSetting[] {
  const location = url === undefined ? null : parseLocation(expandName(url, name))
  if (location?.kind !== 'other' || QUIET_SCHEME.test(location.scheme)) return []
  return [{ path, why: `has restic run a program (${location.scheme})` }]
}
