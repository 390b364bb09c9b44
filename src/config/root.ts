import type { z } from 'zod'
import { isLoopback } from '../lib/loopback.ts'
import type { Notifier } from '../notifications/notifier.ts'
import type { OutgoingPing, PullSource, PushSource } from '../sources/source.ts'
import { checkChannels } from './channels.ts'
import { checkNode, hints } from './check-node.ts'
import type { Config } from './config.ts'
import { type Located, type LocatedMap, locate } from './located.ts'
import type { ProblemList } from './problem.ts'
import { checkRoutes } from './routes.ts'
import * as sections from './sections.ts'
import { checkServices } from './services.ts'
import { checkSources } from './sources.ts'

export interface Kinds {
  sources: readonly (PullSource | PushSource)[]
  notifiers: readonly Notifier[]
}

export const SECTION_NAMES = [
  'include',
  'sources',
  'services',
  'channels',
  'routes',
  'defaults',
  'server',
  'database',
  'watchdog',
  'history',
  'evidence',
  'concurrency',
] as const
type SectionName = (typeof SECTION_NAMES)[number]

const DAY_MS = 86_400_000

/** Holds the merged file against everything that is known. The parts are right only if no problem was added. */
export function checkRoot(
  root: LocatedMap,
  kinds: Kinds,
  problems: ProblemList,
): Omit<Config, 'path' | 'directory' | 'files' | 'read'> {
  for (const [key, { key: place }] of root.entries)
    if (!SECTION_NAMES.some((known) => known === key))
      problems.add(place, [key], `unknown section "${key}"`, hints(key, SECTION_NAMES))

  /** A section's node; null when it is not there, or has nothing in it: every line of it is a comment. */
  const node = (name: SectionName): Located | null => {
    const found = root.entries.get(name)?.value
    return found && !(found.kind === 'scalar' && found.value === null) ? found : null
  }
  const section = <T>(name: SectionName, schema: z.ZodType<T>): T | undefined => {
    const found = node(name)
    return found ? checkNode(schema, found, [name], problems) : undefined
  }

  const defaults = section('defaults', sections.defaults) ?? {}
  const { every, error_grace, ...threshold } = defaults
  const channels = checkChannels(node('channels'), kinds.notifiers, problems)
  const channelNames = namesOf(node('channels'))
  const sourceNames = namesOf(node('sources'))
  const evidence = section('evidence', sections.evidence)
  return {
    database: { url: section('database', sections.database)?.url ?? null },
    server: checkServer(node('server'), section('server', sections.server), problems),
    concurrency: section('concurrency', sections.concurrency) ?? 4,
    errorGrace: error_grace ?? 3,
    defaults: threshold,
    defaultEveryMs: every ?? null,
    sources: checkSources(node('sources'), kinds.sources, every ?? null, problems),
    services: checkServices(node('services'), problems),
    channels,
    routes: checkRoutes(node('routes'), channelNames, sourceNames, problems),
    watchdog: (section('watchdog', sections.watchdog) ?? []).flatMap((entry): OutgoingPing[] => {
      if (entry.kuma) return [{ format: 'kuma', url: entry.kuma }]
      return entry.healthchecks ? [{ format: 'healthchecks', url: entry.healthchecks }] : []
    }),
    keepHistoryMs: section('history', sections.history)?.keep ?? 400 * DAY_MS,
    evidence: { key: evidence?.key ?? null, keepMs: evidence?.keep ?? null },
  }
}

/** Names as they are written, whether what they name is right or not: a route to a broken channel is no second mistake. */
function namesOf(node: Located | null): string[] {
  return node?.kind === 'map' ? [...node.entries.keys()] : []
}

function checkServer(
  node: Located | null,
  server: z.output<typeof sections.server> | undefined,
  problems: ProblemList,
): Config['server'] {
  const host = server?.listen?.host ?? server?.host ?? '127.0.0.1'
  const auth = server?.auth
  if (node && server && !auth && !isLoopback(host)) {
    const key = server.listen ? 'listen' : 'host'
    const message = `${host} can be reached from other machines, and there is no login: add server.auth with a password (password: \${env:BACKPROOF_PASSWORD}), or listen on 127.0.0.1`
    problems.add(locate(node, [key]).place, ['server', key], message)
  }
  return {
    host,
    port: server?.listen?.port ?? server?.port ?? 8484,
    baseUrl: server?.base_url?.replace(/\/+$/, '') ?? null,
    auth: auth
      ? { password: auth.password ?? null, passwordHash: auth.password_hash ?? null, tokens: auth.tokens ?? [] }
      : null,
    pingBodyLimit: server?.ping_body_limit ?? 10_000,
    settings: server?.settings ?? 'safe',
  }
}
