import type { CheckJson } from '../../app/present.ts'
import type { StatusSummary } from '../../domain/status.ts'

/** What `check` and `status` print: the one object of `--format json`, which the other formats are made from. */
export interface Report {
  generated_at: string
  summary: StatusSummary
  checks: CheckJson[]
  scopes: { id: string; status: 'complete' | 'failed' | 'never'; error: string | null }[]
}

export type Format = (report: Report) => string
