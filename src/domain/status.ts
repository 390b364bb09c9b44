/** The statuses of a check: docs/glossary.md says when each holds. */
export const STATUSES = ['ok', 'due', 'stale', 'missing', 'failed', 'error', 'paused'] as const
export type CheckStatus = (typeof STATUSES)[number]

export type StatusSummary = { total: number } & Record<CheckStatus, number>

export function emptySummary(): StatusSummary {
  return { total: 0, ok: 0, due: 0, stale: 0, missing: 0, failed: 0, error: 0, paused: 0 }
}
