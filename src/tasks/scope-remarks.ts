import type { Config } from '../config/config.ts'
import type { ScopeState } from '../store/store.ts'
import { isPulled } from './pulled.ts'

const NAMED = 5

/** What was never read, or could not be the last time, in sentences: of what is in there, nobody knows. */
export function remarksOnScopes({ sources }: Pick<Config, 'sources'>, scopes: readonly ScopeState[]): string[] {
  // what reports by itself is looked at only when it is silent
  const pulled = new Set(sources.filter(isPulled).map(({ name }) => name))
  const read = scopes.filter(({ source }) => pulled.has(source))
  const never = read.filter(({ status }) => status === 'never').map(({ id }) => id)
  if (read.length > 0 && never.length === read.length)
    return ['Nothing was looked at yet (backproof serve looks): what follows is what is declared.']
  const failed = read.filter(({ status }) => status === 'failed').map(({ id }) => id)
  return [...remarkOn(never, read.length, 'never looked at', UNKNOWN), ...remarkOnFailed(failed, read.length, BEFORE)]
}

const UNKNOWN = 'What is in there is not known.'
const BEFORE = 'What is known from there is older.'

/** That the last look at these scopes failed, and what follows from that. */
export function remarkOnFailed(failed: readonly string[], of: number, then = UNKNOWN): string[] {
  return remarkOn(failed, of, 'not readable at the last look', then)
}

function remarkOn(ids: readonly string[], of: number, what: string, then: string): string[] {
  if (ids.length === 0) return []
  const more = ids.length > NAMED ? ` and ${ids.length - NAMED} more` : ''
  const which = `${ids.slice(0, NAMED).join(', ')}${more}`
  return [
    `${ids.length} of ${of} ${of === 1 ? 'scope' : 'scopes'} ${ids.length === 1 ? 'was' : 'were'} ${what}: ${which}. ${then}`,
  ]
}
