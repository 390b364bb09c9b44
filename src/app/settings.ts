import type { SettingOutcome, SettingsView, SettingView } from '../api/context.ts'
import type { Config } from '../config/config.ts'
import { type Problem, ProblemList } from '../config/problem.ts'
import type { Kinds } from '../config/root.ts'
import { checkSetting } from '../config/settings/check-setting.ts'
import { keepSecrets } from '../config/settings/keep-secrets.ts'
import {
  definedInFile,
  mergeSettings,
  type Settled,
  type StoredEntry,
  writtenEntries,
} from '../config/settings/merge-settings.ts'
import { maskedText, readSetting, type SettingText, settingFile, typeOf } from '../config/settings/setting-text.ts'
import { instant } from '../domain/instant.ts'
import type { SettingKind } from '../domain/setting-kind.ts'
import { settingItem } from '../evidence/items.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { forgettingSecrets } from '../lib/redact.ts'
import { SealError } from '../lib/seal.ts'
import type { Setting, Store } from '../store/store.ts'
import type { SecretKey } from './secret-key.ts'
import { openSetting, sealSetting } from './stored-setting.ts'
import { standIn } from './unusable-source.ts'

/** The file's configuration with what was made in the dashboard, as of one revision. */
export interface InForce extends Settled {
  revision: string | null
  stored: readonly Setting[]
}

export interface SettingsOptions {
  store: Store
  key: SecretKey
  kinds: Kinds
  clock: Clock
  log: Log
  env?: NodeJS.ProcessEnv
}

/** What is made in the dashboard and by the API: read, validated, sealed, stored. Taking it into force is the caller's. */
export function settingsOf({ store, key, kinds, clock, log, env = process.env }: SettingsOptions) {
  // a file of thousands of services takes a while to write out, and pages ask again and again
  const writtenViews = new WeakMap<Config, SettingView[]>()
  return { settle, list, save, remove }

  async function settle(file: Config): Promise<InForce> {
    // what changes in between is another revision, and read again
    const revision = await store.read.settingsRevision()
    const stored = await store.read.settings()
    const entries = stored.map((setting) => openSetting(setting, key))
    const settled = mergeSettings(file, entries, { kinds, env })
    for (const entry of settled.unusable) {
      const scopes = await store.read.scopes(entry.name)
      if (scopes.length > 0) settled.config.sources.push(standIn(entry, scopes, kinds))
    }
    return { ...settled, revision, stored }
  }

  function list(file: Config, { entries, stored }: InForce): SettingsView {
    const written = writtenViews.get(file) ?? writtenViewsOf(file)
    writtenViews.set(file, written)
    const made = entries.map(({ kind, name, type, masked, problems }): SettingView => {
      const setting = stored.find((each) => each.kind === kind && each.name === name)
      return { kind, name, type, yaml: masked, at: startOf(kind, name), made: setting ?? null, problems }
    })
    const mode = file.server.settings ?? 'safe'
    const declared = (all: readonly { type: string; unsafe?: unknown }[]) =>
      all.filter((each) => mode === 'all' || each.unsafe !== undefined).map(({ type }) => type)
    return {
      mode,
      types: { source: declared(kinds.sources), channel: declared(kinds.notifiers) },
      items: [...written, ...made],
    }
  }

  function writtenViewsOf(file: Config): SettingView[] {
    return writtenEntries(file).map(({ kind, name, tree, at }): SettingView => {
      const { text } = maskedText(kind, name, tree, kinds)
      return { kind, name, type: typeOf(tree), yaml: text, at, made: null, problems: [] }
    })
  }

  /** With `by` null it is only tried. */
  async function save(
    file: Config,
    kind: SettingKind,
    name: string,
    yaml: string,
    by: string | null,
  ): Promise<SettingOutcome> {
    const refusal = refusalOf(file, kind, name)
    if (refusal) return refusal
    const now = instant(clock.now())
    if (by === null) {
      const prepared = prepare(file, await store.read.settings(), kind, name, yaml)
      if ('problems' in prepared) return { outcome: 'refused', problems: prepared.problems }
      return { outcome: 'valid', setting: viewOf(prepared, null) }
    }
    return store.write(async (tx): Promise<SettingOutcome> => {
      const stored = await tx.settingsForUpdate()
      const prepared = prepare(file, stored, kind, name, yaml)
      if ('problems' in prepared) return { outcome: 'refused', problems: prepared.problems }
      const sealed = seal(prepared.text)
      if (typeof sealed !== 'string') return { outcome: 'refused', problems: sealed }
      const before = stored.find((each) => each.kind === kind && each.name === name)
      const setting: Setting = {
        kind,
        name,
        body: sealed,
        createdAt: before?.createdAt ?? now,
        updatedAt: now,
        updatedBy: by,
      }
      await tx.saveSetting(setting)
      await tx.addEvidence([settingItem(kind, name, 'saved', now, by)])
      log.info({ kind, name, by, is: before ? 'changed' : 'new' }, 'a setting was saved')
      return { outcome: 'saved', setting: viewOf(prepared, setting) }
    })
  }

  async function remove(file: Config, kind: SettingKind, name: string, by: string): Promise<SettingOutcome> {
    return store.write(async (tx): Promise<SettingOutcome> => {
      const stored = await tx.settingsForUpdate()
      const setting = stored.find((each) => each.kind === kind && each.name === name)
      if (!setting) {
        const at = definedInFile(file, kind, name)
        return at === null ? { outcome: 'unknown' } : { outcome: 'in-file', at }
      }
      const needing = neededBy(file, stored, setting)
      if (needing.length > 0) return { outcome: 'needed', by: needing }
      await tx.dropSetting(kind, name)
      await tx.addEvidence([settingItem(kind, name, 'removed', instant(clock.now()), by)])
      log.info({ kind, name, by }, 'a setting was deleted')
      const { masked } = openSetting(setting, key)
      const view = { kind, name, type: null, yaml: masked, at: startOf(kind, name), made: setting, problems: [] }
      return { outcome: 'removed', setting: view }
    })
  }

  /** What would not be right any more without it. */
  function neededBy(file: Config, stored: readonly Setting[], gone: Setting): string[] {
    const wrong = (settings: readonly Setting[]) =>
      mergeSettings(file, open(settings), { kinds, env })
        .entries.filter(({ problems }) => problems.length > 0)
        .map((entry) => `${entry.kind} ${entry.name}`)
    const before = new Set(wrong(stored))
    return wrong(stored.filter((setting) => setting !== gone)).filter((entry) => !before.has(entry))
  }

  function open(settings: readonly Setting[]): StoredEntry[] {
    return settings.map((setting) => openSetting(setting, key))
  }

  type Prepared = { text: SettingText; type: string | null } | { problems: Problem[] }

  function prepare(file: Config, stored: readonly Setting[], kind: SettingKind, name: string, yaml: string): Prepared {
    return forgettingSecrets((): Prepared => {
      const problems = new ProblemList()
      const isThis = (each: { kind: SettingKind; name: string }) => each.kind === kind && each.name === name
      const entries = open(stored)
      const { config } = mergeSettings(
        file,
        entries.filter((each) => !isThis(each)),
        { kinds, env },
      )
      const tree = readSetting({ kind, name, text: yaml, secrets: [] }, problems)
      const known = entries.find(isThis)?.text ?? null
      const before = known && readSetting(known, new ProblemList())
      if (tree) {
        keepSecrets(tree, kind, name, before && known ? { text: known, tree: before } : null, problems)
        if (problems.items.length === 0) checkSetting(kind, name, tree, { config, kinds, env }, problems)
      }
      if (!tree || problems.items.length > 0) return { problems: problems.sorted() }
      return { text: maskedText(kind, name, tree, kinds), type: typeOf(tree) }
    })
  }

  function seal(text: SettingText): string | Problem[] {
    try {
      return sealSetting(text, () => key.sealer())
    } catch (error) {
      if (!(error instanceof SealError)) throw error
      return [{ ...startOf(text.kind, text.name), path: '', message: `its secrets can not be kept: ${error.message}` }]
    }
  }
}

function startOf(kind: SettingKind, name: string) {
  return { file: settingFile(kind, name), line: 1, column: 1 }
}

function viewOf({ text, type }: { text: SettingText; type: string | null }, made: Setting | null): SettingView {
  const { kind, name, text: yaml } = text
  return { kind, name, type, yaml, at: startOf(kind, name), made, problems: [] }
}

function refusalOf(file: Config, kind: SettingKind, name: string): SettingOutcome | null {
  if (file.server.settings === 'file') return { outcome: 'file-only' }
  const at = definedInFile(file, kind, name)
  return at === null ? null : { outcome: 'in-file', at }
}

/** What is left out, for people; null: nothing is. */
export function leftOut({ entries }: Settled): string | null {
  const out = entries.filter(({ problems }) => problems.length > 0)
  if (out.length === 0) return null
  const told = out.map(
    ({ problems: [first] }) => first && `${first.file}:${first.line}:${first.column}: ${first.message}`,
  )
  return `What was made in the dashboard is left out in part: ${told.slice(0, 5).join('; ')}${out.length > 5 ? ` and ${out.length - 5} more` : ''}`
}
