import type { Route } from '../../domain/route.ts'
import type { SettingKind } from '../../domain/setting-kind.ts'
import type { UnsafeSetting } from '../../domain/unsafe-setting.ts'
import { withReferences } from '../../lib/secret.ts'
import { checkChannels } from '../channels.ts'
import type { Config, ConfiguredChannel, ConfiguredService, ConfiguredSource } from '../config.ts'
import { type Located, type LocatedMap, locate, type Place } from '../located.ts'
import { checkName } from '../named.ts'
import type { ProblemList } from '../problem.ts'
import type { Kinds } from '../root.ts'
import { checkRoute } from '../routes.ts'
import { checkServices } from '../services.ts'
import { checkSources } from '../sources.ts'

/** What an entry is checked against: the configuration that it joins. */
export interface SettingContext {
  config: Config
  kinds: Kinds
  env: NodeJS.ProcessEnv
}

export type Made =
  | { kind: 'source'; made: ConfiguredSource }
  | { kind: 'service'; made: ConfiguredService }
  | { kind: 'channel'; made: ConfiguredChannel }
  | { kind: 'route'; made: Route }

const NO_REFERENCES =
  'a reference can be used in the file only: it could read any secret of this machine. Write the value itself, or allow it there: server: { settings: all }'

/** Holds one entry against the same schemas as the file. Null, with problems, where something is wrong. */
export function checkSetting(
  kind: SettingKind,
  name: string,
  tree: LocatedMap,
  { config, kinds, env }: SettingContext,
  problems: ProblemList,
): Made | null {
  const before = problems.items.length
  if (!checkName(name, tree.place, [`${kind}s`, name], problems)) return null
  const safe = config.server.settings !== 'all'
  const scope = { env, directory: config.directory, refused: safe ? NO_REFERENCES : undefined }
  const made = withReferences(scope, () => check(kind, name, tree, config, kinds, problems))
  if (!made || problems.items.length > before) return null
  if (safe) for (const { place, path, message } of unsafeIn(made, tree)) problems.add(place, path, message)
  return problems.items.length > before ? null : made
}

function check(
  kind: SettingKind,
  name: string,
  tree: LocatedMap,
  config: Config,
  kinds: Kinds,
  problems: ProblemList,
): Made | null {
  const section: Located = {
    kind: 'map',
    place: tree.place,
    entries: new Map([[name, { key: tree.place, value: tree }]]),
    size: tree.size + 1,
  }
  if (kind === 'source') {
    const [made] = checkSources(section, kinds.sources, config.defaultEveryMs ?? null, problems)
    return made ? { kind, made } : null
  }
  if (kind === 'service') {
    const [made] = checkServices(section, problems)
    return made ? { kind, made } : null
  }
  if (kind === 'channel') {
    const [made] = checkChannels(section, kinds.notifiers, problems)
    return made ? { kind, made } : null
  }
  const [channels, sources] = [config.channels, config.sources].map((all) => all.map((one) => one.name))
  const made = checkRoute(tree, ['routes', name], channels ?? [], sources ?? [], problems)
  return made ? { kind, made } : null
}

/** What only the file may say. A kind that has not said what that is, is wholly the file's. */
function unsafeIn(made: Made, tree: LocatedMap): { place: Place; path: (string | number)[]; message: string }[] {
  if (made.kind !== 'source' && made.kind !== 'channel') return []
  const base = [`${made.kind}s`, made.made.name]
  return unsafeSettings(made).map(({ path, why }) => {
    const whole = path.length === 0
    const { keyPlace } = locate(tree, whole ? ['type'] : path)
    const what = whole ? `a ${made.kind} of type ${made.made.type}` : String(path.at(-1))
    const message = `${what} ${why}: only the file can say this, unless it allows it here: server: { settings: all }`
    return { place: keyPlace, path: [...base, ...path], message }
  })
}

const UNKNOWN: UnsafeSetting = { path: [], why: 'may run programs or read secrets of this machine' }

function unsafeSettings(made: Exclude<Made, { kind: 'service' | 'route' }>): UnsafeSetting[] {
  if (made.kind === 'channel') return made.made.notifier.unsafe?.(made.made.config) ?? [UNKNOWN]
  return made.made.source.unsafe?.(made.made.config) ?? [UNKNOWN]
}
