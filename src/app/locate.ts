import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/** The configuration file that is meant: the option, then backproof.yaml here, then $BACKPROOF_CONFIG. */
export function configPath(option: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  if (option) return resolve(option)
  const here = resolve('backproof.yaml')
  return existsSync(here) || !env.BACKPROOF_CONFIG ? here : resolve(env.BACKPROOF_CONFIG)
}

/** Where Backproof keeps what is its own: the option, then $BACKPROOF_DATA, then ./data. */
export function dataDirectory(option: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  return resolve(option ?? env.BACKPROOF_DATA ?? 'data')
}
