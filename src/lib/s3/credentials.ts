import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { codeOf } from '../error-code.ts'
import { rememberSecret } from '../redact.ts'
import { S3Error } from './error.ts'
import type { CredentialProvider, S3Credentials } from './sign.ts'

interface Found extends S3Credentials {
  /** Epoch milliseconds; absent: for good. */
  expiresAt?: number
}

/** Temporary ones are found again this long before they end. */
const RENEW_BEFORE_MS = 5 * 60_000
/** A credentials file may be changed under us. */
const KEEP_FOR_MS = 60_000

export interface CredentialOptions {
  /** A section of the shared files: wins over the keys in the environment. */
  profile?: string | undefined
  now?: () => number
}

/**
 * The credentials that Amazon's own tools would find here: AWS_ACCESS_KEY_ID, then the profile in ~/.aws, then (by
 * Amazon's SDK, loaded only for it) SSO, roles, web identity and instance metadata. They are kept until shortly before
 * they end. Throws S3Error of kind "credentials" when there are none: it never falls back to asking as nobody.
 * https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
export function environmentCredentials(
  env: NodeJS.ProcessEnv = process.env,
  { profile, now = Date.now }: CredentialOptions = {},
): CredentialProvider {
  let kept: { found: Promise<Found>; until: number } | null = null

  return async () => {
    if (kept && now() < kept.until) return await kept.found
    const finding = { found: find(env, profile), until: now() + KEEP_FOR_MS }
    kept = finding
    try {
      const found = await finding.found
      rememberSecret(found.secretAccessKey)
      if (found.sessionToken) rememberSecret(found.sessionToken)
      if (found.expiresAt !== undefined) finding.until = Math.max(now() + 1000, found.expiresAt - RENEW_BEFORE_MS)
      return found
    } catch (error) {
      if (kept === finding) kept = null
      throw error
    }
  }
}

async function find(env: NodeJS.ProcessEnv, wanted: string | undefined): Promise<Found> {
  if (!wanted && env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY)
    return keys(env.AWS_ACCESS_KEY_ID, env.AWS_SECRET_ACCESS_KEY, env.AWS_SESSION_TOKEN)
  const profile = wanted ?? env.AWS_PROFILE ?? 'default'
  const home = env.HOME ?? homedir()
  const shared = env.AWS_SHARED_CREDENTIALS_FILE ?? join(home, '.aws', 'credentials')
  const config = env.AWS_CONFIG_FILE ?? join(home, '.aws', 'config')
  const inShared = parseIni(await textOf(shared)).get(profile)
  const sections = parseIni(await textOf(config))
  const inConfig = sections.get(`profile ${profile}`) ?? (profile === 'default' ? sections.get('default') : undefined)
  // a profile that names a role wants that role, not the keys that stand beside it
  if (!inShared?.role_arn && !inConfig?.role_arn) {
    for (const section of [inShared, inConfig])
      if (section?.aws_access_key_id && section.aws_secret_access_key)
        return keys(section.aws_access_key_id, section.aws_secret_access_key, section.aws_session_token)
  }
  return await findBySdk(profile, wanted !== undefined || env.AWS_PROFILE !== undefined, { shared, config })
}

async function findBySdk(profile: string, named: boolean, files: { shared: string; config: string }): Promise<Found> {
  try {
    const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers')
    const provide = fromNodeProviderChain({
      filepath: files.shared,
      configFilepath: files.config,
      ...(named ? { profile } : {}),
    })
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await provide()
    return {
      ...keys(accessKeyId, secretAccessKey, sessionToken),
      ...(expiration ? { expiresAt: expiration.getTime() } : {}),
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)
    throw new S3Error('credentials', `no AWS credentials were found for profile "${profile}": ${why}`, {
      advice:
        'set access_key_id and secret_access_key, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; for a public bucket say anonymous: true',
      cause,
    })
  }
}

function keys(accessKeyId: string, secretAccessKey: string, sessionToken: string | undefined): Found {
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(cause) ?? '')) return ''
    throw new S3Error('credentials', `can't read the AWS credentials file ${path}`, {
      advice: 'let the user that runs Backproof read it',
      cause,
    })
  }
}

/** The sections of an AWS INI file. Indented lines are nested settings, which no key is. */
export function parseIni(text: string): Map<string, Record<string, string>> {
  const sections = new Map<string, Record<string, string>>()
  let current: Record<string, string> | null = null
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line)?.[1]
    if (header !== undefined) {
      const name = header.replace(/^profile\s+/, 'profile ').replace(/["']/g, '')
      current = sections.get(name) ?? Object.create(null)
      if (current) sections.set(name, current)
      continue
    }
    const setting = /^([^\s#;=]+)\s*=\s*(.*?)\s*$/.exec(line)
    // a comment inside a value begins with white space: secrets may hold "#" and ";"
    if (setting?.[1] && current) current[setting[1].toLowerCase()] = (setting[2] ?? '').replace(/\s+[#;].*$/, '')
  }
  return sections
}
