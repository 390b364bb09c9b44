import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { StoredEntry } from '../config/settings/merge-settings.ts'
import type { SettingText } from '../config/settings/setting-text.ts'
import type { SettingKind } from '../domain/setting-kind.ts'
import { SealError, type Sealer } from '../lib/seal.ts'
import type { Setting } from '../store/store.ts'
import type { SecretKey } from './secret-key.ts'

const body = z.object({
  text: z.string(),
  secrets: z.array(z.object({ path: z.array(z.union([z.string(), z.number()])), sealed: z.string() })),
})
const scalar = z.union([z.string(), z.number(), z.boolean()])

/**
 * What a sealed secret is bound to: its own place, and all that is not sealed of its entry. Whoever can write the database
 * can neither move it elsewhere, nor change the address that it is sent to.
 */
function contextOf(kind: SettingKind, name: string, path: readonly (string | number)[], text: string): string {
  return JSON.stringify([kind, name, path, createHash('sha256').update(text).digest('base64')])
}

/** The body that is stored. Throws SealError. */
export function sealSetting({ kind, name, text, secrets }: SettingText, key: () => Sealer): string {
  const sealed = secrets.map(({ path, value }) => ({
    path: [...path],
    sealed: key().seal(JSON.stringify(value), contextOf(kind, name, path, text)),
  }))
  return JSON.stringify({ text, secrets: sealed } satisfies z.input<typeof body>)
}

export function openSetting({ kind, name, body: stored }: Setting, key: SecretKey): StoredEntry {
  const parsed = parse(stored)
  if (!parsed) return { kind, name, masked: '', text: null, problem: 'it was stored in a form that is not known here' }
  const { text, secrets } = parsed
  try {
    const opened = secrets.map(({ path, sealed }) => ({
      path,
      value: scalar.parse(JSON.parse(key.opener().open(sealed, contextOf(kind, name, path, text)))),
    }))
    return { kind, name, masked: text, text: { kind, name, text, secrets: opened }, problem: null }
  } catch (error) {
    if (!(error instanceof SealError)) throw error
    const problem = `its secrets can not be opened: ${error.message}. Or write them again`
    return { kind, name, masked: text, text: null, problem }
  }
}

function parse(stored: string): z.output<typeof body> | null {
  try {
    return body.safeParse(JSON.parse(stored)).data ?? null
  } catch {
    return null
  }
}
