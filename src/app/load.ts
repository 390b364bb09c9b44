import type { Config } from '../config/config.ts'
import { loadConfig, loadResticMonitorConfig } from '../config/load-config.ts'
import { formatProblem, type Problem } from '../config/problem.ts'
import { configPath } from './locate.ts'

/** The configuration is invalid: every problem, each with its place. */
export class ConfigurationError extends Error {
  override name = 'ConfigurationError'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'))
    this.problems = problems
  }
}

/** Reads and validates the configuration whole. Throws ConfigurationError. */
export async function load(options: {
  config?: string | undefined
  resticMonitor?: string | undefined
}): Promise<Config> {
  const result = options.resticMonitor
    ? loadResticMonitorConfig(options.resticMonitor)
    : loadConfig({ path: configPath(options.config) })
  if ('problems' in result) throw new ConfigurationError(result.problems)
  return result.config
}

export type Reload = () => Promise<{ config: Config } | { problems: readonly Problem[] }>

/** Reads the same configuration again. */
export function reloader(options: { config?: string | undefined }): Reload {
  const path = configPath(options.config)
  return async () => loadConfig({ path })
}

export { configJsonSchema } from '../config/json-schema.ts'
