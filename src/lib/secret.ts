import { readFileSync, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { inspect } from 'node:util'
import { codeOf } from './error-code.ts'
import { rememberSecret } from './redact.ts'

/** "$${" stands for a literal "${". */
const REFERENCE = /\$\$\{|\$\{(env|file|credential):([^}]*)\}/g
/** What people write who mean a reference: ${NAME} or $NAME alone, ${ENV:NAME}, ${env:NAME without an end. */
const MEANT = /^(?:\$\{([A-Za-z_]\w*)\}|\$([A-Z_][A-Z0-9_]*))$/
const NEARLY = /(?<!\$)\$\{\s*(env|file|credential)\s*:[^}]*(?:\}|$)/gi
const WRITTEN = /^\$\{(?:env|file|credential):[^}]*\}$/
const MAX_BYTES = 1_048_576

export class SecretError extends Error {
  override name = 'SecretError'
}

/** What references are resolved against: the environment, and the directory of relative ${file:PATH} ('': the process's own). */
export interface ReferenceScope {
  env: NodeJS.ProcessEnv
  directory: string
  /** Why no reference may be used here; absent: they may. Nothing is looked up then, not even whether it is there. */
  refused?: string | undefined
}

let scope: ReferenceScope = { env: process.env, directory: '' }

/** Runs `work` (which must be synchronous: a schema's parse) with references resolved against `inside`. */
export function withReferences<T>(inside: ReferenceScope, work: () => T): T {
  const outside = scope
  scope = inside
  try {
    return work()
  } finally {
    scope = outside
  }
}

/** Whether the text is nothing but references: then it can be shown, since what it stands for can't be seen in it. */
export function isReference(template: string): boolean {
  return template !== '' && template.replace(REFERENCE, (whole) => (whole === '$${' ? whole : '')).trim() === ''
}

function fromFile(path: string): string {
  try {
    const stat = statSync(path)
    // a pipe or a device would hang the start, or never end
    if (!stat.isFile()) throw new SecretError(`${path} is not a regular file`)
    if (stat.size > MAX_BYTES) throw new SecretError(`${path} is larger than 1 MiB: that is no secret`)
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '')
  } catch (cause) {
    if (cause instanceof SecretError) throw cause
    const code = codeOf(cause) ?? String(cause)
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'permission denied' : code
    throw new SecretError(`can't read ${path}: ${why}`, { cause })
  }
}

/** Replaces ${env:NAME}, ${file:PATH} and ${credential:NAME} (systemd's LoadCredential). Throws SecretError. */
export function resolveReferences(
  template: string,
  env: NodeJS.ProcessEnv = scope.env,
  directory: string = scope.directory,
  refused: string | undefined = scope.refused,
): string {
  if (!template.includes('$')) return template
  if (refused !== undefined && [...template.matchAll(REFERENCE)].some(([, kind]) => kind !== undefined))
    throw new SecretError(refused)
  const meant = MEANT.exec(template)
  if (meant) throw new SecretError(`this is no reference: write \${env:${meant[1] ?? meant[2]}}`)
  for (const [whole, kind] of template.matchAll(NEARLY))
    if (!WRITTEN.test(whole)) throw new SecretError(`this is no reference: write \${${kind?.toLowerCase()}:NAME}`)
  return template.replace(REFERENCE, (whole, kind: string | undefined, name: string) => {
    if (kind === undefined) return '${'
    if (name === '') throw new SecretError(`${whole} names nothing: write \${${kind}:NAME}`)
    if (kind === 'file') return fromFile(directory && !isAbsolute(name) ? join(directory, name) : name)
    if (kind === 'env') {
      const value = env[name]
      if (value) return value
      throw new SecretError(`the environment variable ${name} is ${value === undefined ? 'not set' : 'empty'}`)
    }
    // https://systemd.io/CREDENTIALS/: names are file names in this directory
    if (name.includes('/')) throw new SecretError(`${whole}: the name of a credential has no slash in it`)
    if (!env.CREDENTIALS_DIRECTORY)
      throw new SecretError(`${whole} needs systemd's LoadCredential=: CREDENTIALS_DIRECTORY is not set`)
    return fromFile(join(env.CREDENTIALS_DIRECTORY, name))
  })
}

/** A secret that is a reference until reveal(): it prints, logs and serialises as "[secret]". */
export class Secret {
  readonly #template: string
  readonly #scope: ReferenceScope

  constructor(template: string) {
    this.#template = template
    this.#scope = scope
    // what stands in the file in the clear must be masked in errors even before it is used
    if (!template.includes('${')) rememberSecret(template)
  }

  /** The value, at the last moment, read anew: a rotated file is seen. Throws SecretError. */
  reveal(env: NodeJS.ProcessEnv = this.#scope.env): string {
    const { directory, refused } = this.#scope
    const value = resolveReferences(this.#template, env, directory, refused)
    rememberSecret(value)
    return value
  }

  /** Equal templates: whether a reload changed it. */
  sameAs(other: Secret): boolean {
    return this.#template === other.#template
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}
