import { resolve } from 'node:path'
import { redact, rememberSecret } from '../../lib/redact.ts'

/** Where a repository is, as far as it can be read without restic. */
export type Location =
  | { kind: 'local'; path: string }
  | { kind: 's3'; host: string; secure: boolean; bucket: string; prefix: string }
  | { kind: 'other'; scheme: string }

const SCHEME = /^(local|s3|sftp|rest|b2|azure|gs|swift|rclone):/

/**
 * Reads a repository's address as restic does: https://restic.readthedocs.io/en/stable/030_preparing_a_new_repo.html
 * Null: restic would not understand it either.
 */
export function parseLocation(url: string): Location | null {
  const scheme = SCHEME.exec(url)?.[1]
  if (scheme === 's3') return parseS3(url)
  if (scheme === 'local') return url.length > 6 ? { kind: 'local', path: url.slice(6) } : null
  if (scheme) return { kind: 'other', scheme }
  // restic refuses a relative path with a colon in it: it may be a backend that it does not know
  const isPath = /^\.{0,2}\//.test(url) || !url.includes(':')
  return isPath && url !== '' ? { kind: 'local', path: url } : null
}

/** `s3:https://host:9000/bucket/prefix`, `s3://host/bucket/prefix` and `s3:host/bucket/prefix`. */
function parseS3(url: string): Location | null {
  const match = /^s3:(?:(https?):\/\/|\/\/|(?!https?:))([^/?#@\s]+)\/+([^/\s]+)(?:\/(.*))?$/s.exec(url)
  if (!match) return null
  const [, protocol, host = '', bucket = '', rest = ''] = match
  // restic cleans the prefix: "a//b/" and "a/./b" are "a/b"
  const prefix = rest === '' ? '' : resolve('/', rest).slice(1)
  return { kind: 's3', host, secure: protocol !== 'http', bucket, prefix }
}

/** The key in the bucket of one of the repository's files or folders. */
export function keyOf(prefix: string, file: string): string {
  return prefix === '' ? file : `${prefix}/${file}`
}

/** The address without the password in it, which is masked from now on wherever restic repeats it. */
export function maskUrl(url: string): string {
  const password = /^[a-z0-9]+:https?:\/\/[^/@:]*:([^/]*)@/i.exec(url)?.[1]
  if (password) rememberSecret(password)
  return redact(url)
}

const AWS_HOST = /^s3(?:-fips)?(?:\.dualstack)?[.-](?:([a-z]{2}(?:-[a-z]+)+-\d)\.)?amazonaws\.com(?:\.cn)?$/

/** "aws" and the region, where the host says so. https://docs.aws.amazon.com/general/latest/gr/s3.html */
export function failureDomain(location: Location): { provider: string | null; region: string | null } {
  const host = location.kind === 's3' ? location.host.replace(/:443$/, '').toLowerCase() : ''
  if (/^s3(?:-accelerate)?\.amazonaws\.com$/.test(host)) return { provider: 'aws', region: null }
  const match = AWS_HOST.exec(host)
  return match ? { provider: 'aws', region: match[1] ?? null } : { provider: null, region: null }
}
