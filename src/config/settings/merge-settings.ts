import type { SettingKind } from '../../domain/setting-kind.ts'
import type { Config } from '../config.ts'
import { type LocatedMap, locate, positionOf } from '../located.ts'
import { type Problem, ProblemList } from '../problem.ts'
import { checkSetting, type Made, type SettingContext } from './check-setting.ts'
import { readSetting, type SettingText, settingFile, typeOf } from './setting-text.ts'

/** An entry of the database; `text` is null where its secrets can't be opened, and `problem` says why. */
export interface StoredEntry {
  kind: SettingKind
  name: string
  masked: string
  text: SettingText | null
  problem: string | null
}

export interface SettledEntry extends StoredEntry {
  tree: LocatedMap | null
  type: string | null
  /** Empty: it is in force. */
  problems: Problem[]
}

export interface Settled {
  /** The file with all that was made and is right. */
  config: Config
  entries: SettledEntry[]
  /** Sources that were made and can't be used: what they watch is unknown now, which must be seen. */
  unusable: SettledEntry[]
}

/** What the others refer to comes first. */
const ORDER: readonly SettingKind[] = ['source', 'channel', 'service', 'route']

/**
 * Joins what was made in the dashboard to the file's configuration: each entry is validated as the file is. The file's
 * names win, and what is not right (any more) is left out with its problems, never stopping the rest.
 */
export function mergeSettings(
  file: Config,
  stored: readonly StoredEntry[],
  context: Omit<SettingContext, 'config'>,
): Settled {
  const config: Config = {
    ...file,
    sources: [...file.sources],
    channels: [...file.channels],
    services: [...file.services],
    routes: [...file.routes],
  }
  const entries = ORDER.flatMap((kind) =>
    stored.filter((entry) => entry.kind === kind).map((entry) => join(entry, config, file, context)),
  )
  const wrong = (kind: SettingKind) => entries.filter((entry) => entry.kind === kind && entry.problems.length > 0)
  const allowed = file.server.settings !== 'file'
  // without a route that is gone, nobody might hear of what it was for: better too many do
  if (allowed && wrong('route').length > 0 && config.channels.length > 0 && config.routes.length > 0)
    config.routes.push({ match: {}, to: config.channels.map(({ name }) => name), repeatMs: null, continue: false })
  const unusable = wrong('source').filter(({ name }) => allowed && !file.sources.some((source) => source.name === name))
  return { config, entries, unusable }
}

function join(entry: StoredEntry, config: Config, file: Config, context: Omit<SettingContext, 'config'>): SettledEntry {
  const problems = new ProblemList()
  const say = (message: string) => problems.addFile(settingFile(entry.kind, entry.name), message)
  const tree = readSetting(entry.text ?? { ...entry, text: entry.masked, secrets: [] }, problems)
  const taken = definedInFile(file, entry.kind, entry.name)
  if (file.server.settings === 'file')
    say('it is left out: the configuration file has the last word here (server: { settings: file })')
  else if (taken !== null) say(`the configuration file has a ${entry.kind} of this name, which is in force: ${taken}`)
  else if (entry.problem !== null) say(entry.problem)
  else if (tree) {
    const made = checkSetting(entry.kind, entry.name, tree, { ...context, config }, problems)
    if (made) add(config, made)
  }
  return { ...entry, tree, type: tree && typeOf(tree), problems: problems.sorted() }
}

function add(config: Config, { kind, made }: Made): void {
  if (kind === 'source') config.sources.push(made)
  else if (kind === 'channel') config.channels.push(made)
  else if (kind === 'service') config.services.push(made)
  else config.routes.push(made)
}

/** Where the file defines what is called so; null: it does not. Its routes have no names. */
export function definedInFile(file: Config, kind: SettingKind, name: string): string | null {
  if (kind === 'route') return null
  const found = file[`${kind}s`].find((each) => each.name === name)
  return found ? `${found.at.file}:${found.at.line}:${found.at.column}` : null
}

export interface WrittenEntry {
  kind: SettingKind
  name: string
  tree: LocatedMap
  at: { file: string; line: number; column: number }
}

/** The entries of the file, as they are written there. */
export function writtenEntries({ read }: Config): WrittenEntry[] {
  const { root } = read ?? {}
  if (!root) return []
  const out: WrittenEntry[] = []
  for (const kind of ORDER) {
    const section = root.entries.get(`${kind}s`)?.value
    if (section?.kind === 'map')
      for (const [name, { key, value }] of section.entries)
        if (value.kind === 'map') out.push({ kind, name, tree: value, at: positionOf(key) })
    if (section?.kind === 'list')
      for (const [index, item] of section.items.entries()) {
        if (item.kind !== 'map') continue
        const { node } = locate(item, ['name'])
        const name = node?.kind === 'scalar' && kind === 'service' ? String(node.value) : `${kind}s[${index}]`
        out.push({ kind, name, tree: item, at: positionOf(item.place) })
      }
  }
  return out
}
