import { dirname, resolve } from 'node:path'
import { withReferences } from '../lib/secret.ts'
import type { Notifier } from '../notifications/notifier.ts'
import { notifiers as allNotifiers } from '../notifications/registry.ts'
import { sources as allSources } from '../sources/registry.ts'
import type { PullSource, PushSource } from '../sources/source.ts'
import type { Config } from './config.ts'
import { type Problem, ProblemList } from './problem.ts'
import { readTree } from './read-tree.ts'
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

/** What was read, whether it is good or not: for whoever watches it. */
export interface LoadedFiles {
  files: string[]
  directories: string[]
  digest: string
}

export type LoadResult = ({ config: Config } | { problems: Problem[] }) & { read: LoadedFiles }

/** Reads and validates the whole configuration: either all is well, or every problem is told. Starts nothing. */
export function loadConfig(options: LoadOptions): LoadResult {
  const problems = new ProblemList()
  const { root, ...read } = readTree(options.path, problems)
  const path = resolve(options.path)
  const directory = dirname(path)
  const kinds = { sources: options.sources ?? allSources, notifiers: options.notifiers ?? allNotifiers }
  const parts = root
    ? withReferences({ env: options.env ?? process.env, directory }, () => checkRoot(root, kinds, problems))
    : null
  if (!parts || problems.items.length > 0) return { problems: problems.sorted(), read }
  return { config: { path, directory, files: read.files, directories: read.directories, ...parts }, read }
}
