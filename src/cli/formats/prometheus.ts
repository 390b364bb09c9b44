import { STATUSES } from '../../domain/status.ts'
import type { Format } from './report.ts'

const label = (text: string): string => text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')

/** The text format for node_exporter's textfile collector, with the handbook's own series beside ours. */
export const prometheus: Format = ({ checks, summary, generated_at }) => {
  const lines: string[] = []
  const series = (name: string, help: string, samples: readonly string[]) => {
    if (samples.length > 0)
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...samples.map((sample) => `${name}${sample}`))
  }
  const labels = (check: (typeof checks)[number]) =>
    `check="${label(check.id)}",source="${label(check.source)}",type="${label(check.type)}"`
  const unix = (iso: string) => Date.parse(iso) / 1000
  const dated = checks.flatMap((check) =>
    check.last_recovery_point_at ? [{ check, at: unix(check.last_recovery_point_at) }] : [],
  )
  series(
    'backproof_checks',
    'Checks by status.',
    STATUSES.map((status) => `{status="${status}"} ${summary[status]}`),
  )
  series(
    'backproof_check_status',
    'The status of each check: 1 for the one that holds.',
    checks.map((check) => `{${labels(check)},status="${check.status}"} 1`),
  )
  series(
    'backproof_check_last_recovery_point_timestamp_seconds',
    'The time up to which data can be recovered.',
    dated.map(({ check, at }) => `{${labels(check)}} ${at}`),
  )
  series(
    'backproof_check_threshold_seconds',
    'How old the newest recovery point may be.',
    checks.flatMap((check) =>
      check.threshold_seconds === null ? [] : [`{${labels(check)}} ${check.threshold_seconds}`],
    ),
  )
  series(
    'backup_latest_success_unixtime',
    'The newest good recovery point, by check.',
    dated.map(({ check, at }) => `{scope="${label(check.id)}"} ${Math.floor(at)}`),
  )
  series('backproof_last_check_timestamp_seconds', 'When this was written.', [` ${unix(generated_at)}`])
  return `${lines.join('\n')}\n`
}
