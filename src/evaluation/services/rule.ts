import type { Finding } from '../../domain/finding.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Json } from '../../domain/json.ts'
import type { CheckId } from '../../domain/recovery-point.ts'
import type { RuleTuning, ServiceRuleId } from '../../domain/service-rule.ts'
import type { Severity } from '../../domain/severity.ts'
import type { CopyView, ServiceView } from './estate.ts'

/** What a rule says of a service; the rest of the finding is the same for all rules. */
export interface Judged {
  outcome: Finding['outcome']
  /** Of a failure; warning where it says nothing. A tier 1 makes a warning critical. */
  severity?: Severity
  reason: string
  advice?: string
  evidence?: Readonly<Record<string, Json>>
  changesAt?: Instant | null
  /** Of a failure: what it names, each by the checks whose own incidents may say the same already. */
  echoes?: readonly (readonly CheckId[])[]
  /** Of a failure that time alone has brought: since when. */
  turnedAt?: Instant | null
}

/** Judges one service by what is known of it and its copies. Pure: the same view and instant give the same words. */
export interface ServiceRule {
  id: ServiceRuleId
  /** What it asks, in a few words. */
  asks: string
  /** `tuning`: how it is set for this service. */
  judge(view: ServiceView, now: Instant, tuning: Partial<RuleTuning>): Judged
}

/** "a", "a and b", "a, b and c", "a, b, c and 4 more". */
export function list(words: readonly string[], most = 5): string {
  const shown = words.length > most ? [...words.slice(0, most), `${words.length - most} more`] : [...words]
  const last = shown.pop()
  return shown.length === 0 ? (last ?? 'none') : `${shown.join(', ')} and ${last}`
}

export function count(number: number, one: string, many = one === 'copy' ? 'copies' : `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`
}

/** The checks of each copy. */
export function checksOf(copies: readonly CopyView[]): CheckId[][] {
  return copies.map(({ checks }) => checks.map(({ check }) => check.id))
}

/** What is not known of copies, as the end of a sentence. */
export function unknownCopies(view: ServiceView): string {
  return list(view.unknown.map(({ title, why }) => `${title} (${why})`))
}
