import { dirname, resolve } from 'node:path'
import { withReferences } from '../lib/secret.ts'
import type { Notifier } from '../notifications/notifier.ts'
import { notifiers as allNotifiers } from '../notifications/registry.ts'
import { sources as allSources } from '../sources/registry.ts'
import type { PullSource, PushSource } from '../sources/source.ts'
import type { Config, ReadFiles } from './config.ts'
import { checkForeign } from './foreign.ts'
import type { LocatedMap } from './located.ts'
import { type Problem, ProblemList } from './problem.ts'
import { readForeign, readTree } from './read-tree.ts'
import { checkRoot } from './root.ts'

export interface LoadOptions {
  /** The file, as the person who started us called it. */
  path: string
  /** What ${env:NAME} and ${credential:NAME} refer to; the process's own when left out. */
  env?: NodeJS.ProcessEnv | undefined
  /** The kinds that can be used; all of the registries when left out. */
  sources?: readonly (PullSource | PushSource)[] | undefined
  notifiers?: readonly Notifier[] | undefined
}

export type LoadResult = { config: Config } | { problems: Problem[]; read?: ReadFiles }

/** Reads and validates the whole configuration: either all is well, or every problem is told. Starts nothing. */
export function loadConfig(options: LoadOptions): LoadResult {
  return load(options, readTree, checkRoot)
}

/** The same of restic-monitor's own config.yaml: one source, in which each of its repositories is looked at. */
export function loadResticMonitorConfig(path: string, options: Omit<LoadOptions, 'path'> = {}): LoadResult {
  return load({ ...options, path }, readForeign, (root, kinds, problems) => {
    const nothing: LocatedMap = { ...root, entries: new Map() }
    const sources = checkForeign(root, 'restic-monitor', kinds.sources, problems)
    return { ...checkRoot(nothing, kinds, problems), sources }
  })
}

function load(options: LoadOptions, readFiles: typeof readTree, check: typeof checkRoot): LoadResult {
  const problems = new ProblemList()
  const { files, ...read } = readFiles(options.path, problems)
  const { root } = read
  const path = resolve(options.path)
  const directory = dirname(path)
  const kinds = { sources: options.sources ?? allSources, notifiers: options.notifiers ?? allNotifiers }
  const references = { env: options.env ?? process.env, directory }
  const parts = root ? withReferences(references, () => check(root, kinds, problems)) : null
  if (!parts || problems.items.length > 0) return { problems: problems.sorted(), read }
  return { config: { path, directory, files, read, ...parts } }
}
