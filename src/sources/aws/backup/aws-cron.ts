import { parseSchedule, type Schedule } from '../../../lib/schedule/index.ts'

const HOUR_MS = 3_600_000
/** The last value of each field of AWS's cron: minutes, hours, day of month, month, day of week. */
const LAST = [59, 23, 31, 12, 7]

/**
 * AWS's own cron has a year at its end, "?" for "whatever", and weekdays from 1 (Sunday) to 7. Null: not understood.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function scheduleOf(text: string, timeZone: string): Schedule | null {
  const [, kind, body = ''] = /^(cron|rate)\((.{1,200})\)$/.exec(text.trim()) ?? []
  if (kind === 'rate') {
    const [, count, unit] = /^(\d{1,6}) (minute|hour|day)s?$/.exec(body.trim()) ?? []
    const unitMs = unit === 'minute' ? 60_000 : unit === 'hour' ? HOUR_MS : 24 * HOUR_MS
    return Number(count) > 0 ? { kind: 'interval', everyMs: Number(count) * unitMs } : null
  }
  const fields = body.trim().split(/\s+/)
  if (kind !== 'cron' || fields.length !== 6 || fields[5] !== '*') return null
  const plain = fields.slice(0, 5).map((field, index) => {
    const stepped = field.replace('?', '*').replace(/(^|,)(\d+)\/(\d+)/g, `$1$2-${LAST[index]}/$3`)
    return index === 4 ? weekdaysOf(stepped) : stepped
  })
  const schedule = parseSchedule(plain.join(' '), timeZone || 'UTC')
  return 'error' in schedule ? null : schedule
}

/** Numbers one lower; "6L", the last Friday, as "5#L". */
function weekdaysOf(field: string): string {
  return field
    .split(',')
    .map((part) => {
      const [days = '', ...step] = part.split('/')
      const [base = '', nth] = days.replace(/^([1-7A-Z]+)L$/, '$1#L').split('#')
      const lower = base.replace(/\d/g, (digit) => String(Number(digit) - 1))
      return [nth === undefined ? lower : `${lower}#${nth}`, ...step].join('/')
    })
    .join(',')
}
