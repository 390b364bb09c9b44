import { type CheckStatus, countsInWords } from '../../domain/status.ts'
import { printable } from '../../lib/printable.ts'
import type { Format, Report } from './report.ts'

/** https://nagios-plugins.org/doc/guidelines.html: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN. */
const STATE = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const

type Row = Report['checks'][number]

/** The state of one check; a stale or failed one is as grave as its severity. */
export function nagiosState(check: { status: CheckStatus; severity: string | null }): 0 | 1 | 2 | 3 {
  switch (check.status) {
    case 'ok':
    case 'paused':
      return 0
    case 'due':
      return check.severity === null ? 0 : 1
    case 'stale':
    case 'failed':
      return check.severity === 'critical' ? 2 : 1
    case 'missing':
      return 2
    case 'error':
      return 3
  }
}

/** The gravest of all: critical, then warning, then unknown. */
export function worstNagiosState(checks: Report['checks']): 0 | 1 | 2 | 3 {
  const states = new Set(checks.map(nagiosState))
  return ([2, 1, 3] as const).find((state) => states.has(state)) ?? (checks.length === 0 ? 3 : 0)
}

/** A pipe ends the text of a plugin: it may not stand in a name. */
const safe = (text: string): string => printable(text).replaceAll('|', '/')

export const nagios: Format = ({ checks, summary }) => {
  const worst = worstNagiosState(checks)
  const text = checks.length === 0 ? 'nothing to check' : countsInWords(summary)
  const bad = checks.filter((check) => nagiosState(check) !== 0)
  const perfdata = checks.map(perfdatum).filter((datum) => datum !== null)
  const head = `BACKUP ${STATE[worst]} - ${text}${perfdata.length > 0 ? ` | ${perfdata.join(' ')}` : ''}`
  return `${[head, ...bad.map((check) => `${STATE[nagiosState(check)]} ${safe(check.id)}: ${safe(check.reason)}`)].join('\n')}\n`
}

/** 'label'=value[UOM];[warn];[crit];[min];[max]: a quote in a label is doubled, an equals sign may not be in it. */
function perfdatum(check: Row): string | null {
  if (check.age_seconds === null) return null
  const label = safe(check.id).replaceAll("'", "''").replaceAll('=', '_')
  const limit = check.threshold_seconds ?? ''
  const [warn, crit] = check.tier === 1 ? ['', limit] : [limit, '']
  return `'${label}'=${check.age_seconds}s;${warn};${crit};0;`
}

/** https://docs.checkmk.com/latest/en/localchecks.html: STATE "Name" metric=value;warn;crit text */
export const checkmk: Format = ({ checks }) =>
  checks
    .map((check) => {
      const name = safe(check.id).replaceAll('"', "'")
      const limit = check.threshold_seconds ?? ''
      const [warn, crit] = check.tier === 1 ? ['', limit] : [limit, '']
      const metric = check.age_seconds === null ? '-' : `age=${check.age_seconds};${warn};${crit}`
      return `${nagiosState(check)} "Backup ${name}" ${metric} ${check.status}: ${safe(check.reason)}\n`
    })
    .join('')
