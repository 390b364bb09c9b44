import type { Severity } from './severity.ts'

/** Who hears of what. The first route that matches decides, unless it says `continue`. */
export interface Route {
  match: {
    severity?: Severity[] | undefined
    source?: string[] | undefined
    owner?: string[] | undefined
    tags?: Record<string, string> | undefined
    type?: string[] | undefined
  }
  to: string[]
  /** Reminder interval while an incident is unresolved and not acknowledged, in milliseconds; null: never. */
  repeatMs: number | null
  /** Go on to the routes below after this one has matched. */
  continue: boolean
}
