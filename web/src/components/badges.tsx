import type { Incident, Severity, Status } from '../api/client.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { STATUS } from './words.ts'

export const STATUS_COLOURS: Record<Status, { text: string; soft: string }> = {
  ok: { text: 'text-ok', soft: 'bg-ok-soft' },
  due: { text: 'text-due', soft: 'bg-due-soft' },
  stale: { text: 'text-stale', soft: 'bg-stale-soft' },
  missing: { text: 'text-missing', soft: 'bg-missing-soft' },
  failed: { text: 'text-failed', soft: 'bg-failed-soft' },
  error: { text: 'text-error', soft: 'bg-error-soft' },
  paused: { text: 'text-paused', soft: 'bg-paused-soft' },
}

const BADGE =
  'bordered-when-forced inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-sm font-medium whitespace-nowrap'

/** A status by its word, its shape and its colour. */
export function StatusBadge({ status }: { status: Status }) {
  const { text, soft } = STATUS_COLOURS[status]
  return (
    <span className={`${BADGE} ${text} ${soft}`} title={STATUS[status].means}>
      <Icon name={status} className="size-3.5" />
      {STATUS[status].label}
    </span>
  )
}

const SEVERITY: Record<Severity, { label: string; icon: IconName; colours: string }> = {
  critical: { label: 'Critical', icon: 'failed', colours: 'text-missing bg-missing-soft' },
  warning: { label: 'Warning', icon: 'stale', colours: 'text-stale bg-stale-soft' },
  info: { label: 'Info', icon: 'info', colours: 'text-paused bg-paused-soft' },
}

export function SeverityBadge({ severity }: { severity: Severity }) {
  const { label, icon, colours } = SEVERITY[severity]
  return (
    <span className={`${BADGE} ${colours}`}>
      <Icon name={icon} className="size-3.5" />
      {label}
    </span>
  )
}

const STATE: Record<Incident['state'], { label: string; icon: IconName; colour: string }> = {
  open: { label: 'Open', icon: 'missing', colour: 'text-missing' },
  acknowledged: { label: 'Acknowledged', icon: 'due', colour: 'text-muted' },
  resolved: { label: 'Resolved', icon: 'ok', colour: 'text-ok' },
}

export function IncidentState({ state }: { state: Incident['state'] }) {
  const { label, icon, colour } = STATE[state]
  return (
    <span className={`inline-flex items-center gap-1.5 text-sm font-medium whitespace-nowrap ${colour}`}>
      <Icon name={icon} className="size-3.5" />
      {label}
    </span>
  )
}
