import type { Drill, DrillBody } from '../api/drills.ts'

/** The form of a drill as it is written: texts, of which not all is right yet. */
export interface DrillDraft {
  service: string
  check: string
  /** As an input of a date and a time has it: "2026-11-20T10:30", in the reader's time zone. */
  at: string
  by: string
  outcome: Drill['outcome']
  phases: readonly PhaseDraft[]
  rta: string
  rpa: string
  checked: string
  gaps: string
  note: string
  reason: string
}

export interface PhaseDraft {
  key: number
  name: string
  took: string
  /** Of a record that is corrected: kept as it was. */
  startedAt: string | null
}

/** The phases that a restore usually has. */
export const USUAL_PHASES = ['locate', 'transfer', 'restore', 'start', 'validate']

let lastKey = 0
export const newPhase = (name = '', took = '', startedAt: string | null = null): PhaseDraft => ({
  key: ++lastKey,
  name,
  took,
  startedAt,
})

export function emptyDraft(service: string): DrillDraft {
  return {
    service,
    check: '',
    at: '',
    by: '',
    outcome: 'verified',
    phases: USUAL_PHASES.map((name) => newPhase(name)),
    rta: '',
    rpa: '',
    checked: '',
    gaps: '',
    note: '',
    reason: '',
  }
}

export function draftOf(drill: Drill): DrillDraft {
  const sum = sumOf(drill.phases.map(({ seconds }) => seconds))
  return {
    service: drill.service ?? '',
    check: drill.check ?? '',
    at: localTime(new Date(drill.at)),
    by: drill.by,
    outcome: drill.outcome,
    phases:
      drill.phases.length > 0
        ? drill.phases.map(({ name, seconds, started_at }) => newPhase(name, spanText(seconds), started_at))
        : USUAL_PHASES.map((name) => newPhase(name)),
    rta: drill.rta_seconds === null || drill.rta_seconds === sum ? '' : spanText(drill.rta_seconds),
    rpa: drill.rpa_seconds === null ? '' : spanText(drill.rpa_seconds),
    checked: drill.checked.join('\n'),
    gaps: drill.gaps.join('\n'),
    note: drill.note ?? '',
    reason: '',
  }
}

const UNITS: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, min: 60, s: 1 }

/** Seconds of "1h 30m", "45 min" or "45" (minutes); null: it is none. */
export function secondsOf(text: string): number | null {
  const plain = text.trim().toLowerCase()
  if (/^\d+([.,]\d+)?$/.test(plain)) return Math.round(Number(plain.replace(',', '.')) * 60)
  const parts = [...plain.matchAll(/(\d+(?:[.,]\d+)?)\s*(min|d|h|m|s)\s*/g)]
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== plain) return null
  const sum = parts.reduce(
    (all, [, number = '', unit = '']) => all + Number(number.replace(',', '.')) * (UNITS[unit] ?? 0),
    0,
  )
  return Math.round(sum)
}

/** "1h 30m": what secondsOf reads. */
export function spanText(seconds: number): string {
  const parts: string[] = []
  let rest = Math.round(seconds)
  for (const unit of ['d', 'h', 'm', 's']) {
    const size = UNITS[unit] ?? 1
    if (rest >= size) parts.push(`${Math.floor(rest / size)}${unit}`)
    rest %= size
  }
  return parts.join(' ') || '0m'
}

/** How long the phases took together, as the server counts it; null: none says. */
export function togetherSeconds({ at, phases }: DrillDraft): number | null {
  const timed = phases.flatMap(({ took, startedAt }) => {
    const seconds = secondsOf(took)
    return seconds === null ? [] : [{ seconds, startedAt: startedAt === null ? null : Date.parse(startedAt) / 1000 }]
  })
  if (timed.length === 0) return null
  const start = Date.parse(at) / 1000
  if (Number.isNaN(start)) return sumOf(timed.map(({ seconds }) => seconds))
  let cursor = start
  let last = start
  for (const { seconds, startedAt } of timed) {
    cursor = (startedAt ?? cursor) + seconds
    last = Math.max(last, cursor)
  }
  return Math.round(last - start)
}

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0)

/** What of the draft is wrong, by its field; empty: it can be sent. */
export function mistakesIn(draft: DrillDraft): ReadonlyMap<string, string> {
  const mistakes = new Map<string, string>()
  if (draft.service.trim() === '' && draft.check.trim() === '') mistakes.set('service', 'Say what was restored.')
  if (Number.isNaN(Date.parse(draft.at))) mistakes.set('at', 'Say when it began.')
  for (const { key, name, took } of draft.phases) {
    if (took.trim() === '') continue
    if (secondsOf(took) === null) mistakes.set(`took ${key}`, DURATION)
    if (name.trim() === '') mistakes.set(`name ${key}`, 'Name it.')
  }
  for (const field of ['rta', 'rpa'] as const)
    if (draft[field].trim() !== '' && secondsOf(draft[field]) === null) mistakes.set(field, DURATION)
  return mistakes
}

const DURATION = 'Write 45m, 1h 30m, or a number of minutes.'

export function bodyOf(draft: DrillDraft, id: string, replaces: string | null): DrillBody {
  const failed = draft.outcome === 'failed'
  return {
    id,
    service: draft.service.trim() || null,
    check: draft.check.trim() || null,
    at: new Date(draft.at).toISOString(),
    by: draft.by.trim() || null,
    outcome: draft.outcome,
    phases: draft.phases.flatMap(({ name, took, startedAt }) => {
      const seconds = secondsOf(took)
      return seconds === null ? [] : [{ name: name.trim(), seconds, started_at: startedAt }]
    }),
    // what failed was never back: the form does not ask then
    rta_seconds: failed ? null : secondsOf(draft.rta),
    rpa_seconds: failed ? null : secondsOf(draft.rpa),
    checked: linesOf(draft.checked),
    gaps: linesOf(draft.gaps),
    note: draft.note.trim() || null,
    replaces,
    reason: replaces === null ? null : draft.reason.trim() || null,
  }
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

const two = (part: number) => String(part).padStart(2, '0')

function localTime(at: Date): string {
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`
  return at.getSeconds() === 0 ? `${date}T${time}` : `${date}T${time}:${two(at.getSeconds())}`
}
