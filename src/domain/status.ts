/** The statuses of a check: docs/glossary.md says when each holds. */
export const STATUSES = ['ok', 'due', 'stale', 'missing', 'failed', 'error', 'paused'] as const
export type CheckStatus = (typeof STATUSES)[number]

export type StatusSummary = { total: number } & Record<CheckStatus, number>

export function emptySummary(): StatusSummary {
  return { total: 0, ok: 0, due: 0, stale: 0, missing: 0, failed: 0, error: 0, paused: 0 }
}

/** In the order in which a person wants to hear of them. */
export const WORST_FIRST: readonly CheckStatus[] = ['missing', 'failed', 'stale', 'error', 'due', 'paused', 'ok']

export function summarise(statuses: Iterable<CheckStatus>): StatusSummary {
  const summary = emptySummary()
  for (const status of statuses) {
    summary.total += 1
    summary[status] += 1
  }
  return summary
}

/** "3 ok, 1 stale": the statuses that there are. Empty where there are no checks. */
export function countsInWords(summary: StatusSummary): string {
  return STATUSES.filter((status) => summary[status] > 0)
    .map((status) => `${summary[status]} ${status}`)
    .join(', ')
}
