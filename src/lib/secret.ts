import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { rememberSecret } from './redact.ts'

const REFERENCE = /\$\{(env|file|credential):([^}]+)\}/g

export class SecretError extends Error {
  override name = 'SecretError'
}

/** Replaces ${env:NAME}, ${file:PATH} and ${credential:NAME} (systemd's LoadCredential). Throws SecretError. */
export function resolveReferences(template: string, env: NodeJS.ProcessEnv = process.env): string {
  return template.replace(REFERENCE, (_, kind: string, name: string) => {
    if (kind === 'env') {
      const value = env[name]
      if (value === undefined) throw new SecretError(`the environment variable ${name} is not set`)
      return value
    }
    if (kind === 'credential' && !env.CREDENTIALS_DIRECTORY)
      throw new SecretError(`\${credential:${name}} needs systemd's LoadCredential: CREDENTIALS_DIRECTORY is not set`)
    const path = kind === 'credential' ? join(env.CREDENTIALS_DIRECTORY ?? '', name) : name
    try {
      if (statSync(path).size > 1_048_576) throw new SecretError(`${path} is larger than 1 MiB: that is no secret`)
      return readFileSync(path, 'utf8').replace(/\r?\n$/, '')
    } catch (cause) {
      if (cause instanceof SecretError) throw cause
      throw new SecretError(`can't read ${path}: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`, { cause })
    }
  })
}

/** A secret that is a reference until reveal(): it prints, logs and serialises as "[secret]". */
export class Secret {
  readonly #template: string

  constructor(template: string) {
    this.#template = template
    // what stands in the file in the clear must be masked in errors even before it is used
    if (!template.includes('${')) rememberSecret(template)
  }

  /** The value, at the last moment. Throws SecretError. */
  reveal(env: NodeJS.ProcessEnv = process.env): string {
    const value = resolveReferences(this.#template, env)
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
