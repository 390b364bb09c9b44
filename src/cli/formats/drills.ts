import type { DrillJson } from '../../app/present.ts'
import { formatDuration } from '../../lib/duration.ts'
import { printable } from '../../lib/printable.ts'
import { columns } from './columns.ts'

const span = (seconds: number | null): string => (seconds === null ? '-' : formatDuration(seconds * 1000))

export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

export function drillsTable(drills: readonly DrillJson[]): string {
  const rows = drills.map((drill) => [
    drill.at,
    subjectOf(drill),
    drill.ended === null
      ? drill.outcome
      : `${drill.outcome} (${drill.ended.replaced_by === null ? 'withdrawn' : 'replaced'})`,
    span(drill.rta_seconds),
    span(drill.rpa_seconds),
    drill.by,
    drill.gaps.length === 0 ? '-' : String(drill.gaps.length),
    drill.id,
  ])
  return `${columns(['BEGAN', 'OF', 'OUTCOME', 'TOOK', 'LOST', 'BY', 'GAPS', 'ID'], rows).join('\n')}\n`
}

/** One drill in a line. */
export function drillText(drill: DrillJson): string {
  const parts = [
    `${subjectOf(drill)} ${drill.outcome}`,
    drill.rta_seconds === null ? 'not timed' : `took ${span(drill.rta_seconds)}`,
    ...(drill.rpa_seconds === null ? [] : [`lost ${span(drill.rpa_seconds)} of data`]),
    `began ${drill.at}`,
  ]
  return printable(`${parts.join(', ')} (${drill.id})`)
}

function subjectOf({ service, check }: DrillJson): string {
  return service ?? `${check ?? ''} (alone)`
}
