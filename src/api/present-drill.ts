import type { z } from 'zod'
import type { DrillRecord } from '../domain/drill.ts'
import { type Instant, toIso } from '../domain/instant.ts'
import type { DrillInput } from '../tasks/record-drill.ts'
import type { drillBody } from './drill-requests.ts'
import type { DrillJson } from './drill-schemas.ts'

/** Between the domain's drills and those of the API (and of `drill list --format json`): pure. */

const iso = (at: Instant | null): string | null => (at === null ? null : toIso(at))
const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000)
const milliseconds = (given: number | null | undefined): number | null =>
  given === null || given === undefined ? null : Math.round(given * 1000)

export function presentDrill(drill: DrillRecord): DrillJson {
  const { ended } = drill
  return {
    id: drill.id,
    service: drill.service,
    check: drill.check,
    at: toIso(drill.at),
    by: drill.by,
    origin: drill.origin,
    outcome: drill.outcome,
    phases: drill.phases.map(({ name, startedAt, tookMs }) => ({
      name,
      started_at: iso(startedAt),
      seconds: tookMs / 1000,
    })),
    rta_seconds: seconds(drill.rtaMs),
    rpa_seconds: seconds(drill.rpaMs),
    checked: [...drill.checked],
    gaps: [...drill.gaps],
    note: drill.note,
    recorded_at: toIso(drill.recordedAt),
    recorded_by: drill.recordedBy,
    replaces: drill.replaces,
    ended: ended && { at: toIso(ended.at), by: ended.by, reason: ended.reason, replaced_by: ended.replacedBy },
  }
}

/** `by`: whoever sends it, who did it where nobody else is named. */
export function drillOf(body: z.output<typeof drillBody>, by: string): DrillInput {
  return {
    id: body.id ?? null,
    service: body.service ?? null,
    check: body.check ?? null,
    at: body.at,
    by: body.by ?? by,
    outcome: body.outcome,
    phases: (body.phases ?? []).map(({ name, started_at, seconds: took }) => ({
      name,
      startedAt: started_at ?? null,
      tookMs: Math.round(took * 1000),
    })),
    rtaMs: milliseconds(body.rta_seconds),
    rpaMs: milliseconds(body.rpa_seconds),
    checked: body.checked ?? [],
    gaps: body.gaps ?? [],
    note: body.note || null,
    replaces: body.replaces ?? null,
    reason: body.reason ?? null,
  }
}
