import { toIso } from '../../domain/instant.ts'
import type { ServiceDrill } from '../../domain/service-drill.ts'
import type { ServiceView } from '../../evaluation/services/estate.ts'
import { formatDuration } from '../../lib/duration.ts'
import type { Duration } from '../duration.ts'
import { type Block, items, paragraph, table } from './document.ts'

/** What is known of restores that were tried: the last one, and the last that showed the whole of it to be right. */
export function drillBlocks({ drills }: ServiceView): Block[] {
  const [last] = drills
  if (!last) return [paragraph('It was never restored.')]
  const proven = drills.find(({ outcome, part }) => outcome === 'verified' && part === null)
  return [
    ...oneDrill(last),
    ...(proven && proven !== last
      ? [paragraph('The last that was verified as a whole:'), ...oneDrill(proven)]
      : proven
        ? []
        : [paragraph('It was never restored and verified as a whole.')]),
  ]
}

function oneDrill(drill: ServiceDrill): Block[] {
  const { at, by, outcome, part, rtaMs, rpaMs, phases, checked, gaps, note } = drill
  const of = part === null ? '' : `, of ${part} alone`
  return [
    paragraph(`${toIso(at)} by ${by}${of}: ${outcome}; took ${span(rtaMs)}, lost ${span(rpaMs)} of data.`),
    ...(phases.length > 0
      ? [
          table(
            ['Phase', 'Took'],
            phases.map(({ name, tookMs }) => [name, formatDuration(tookMs)]),
          ),
        ]
      : []),
    ...listed('Looked at:', checked),
    ...listed('Gaps that were found:', gaps),
    ...(note === null ? [] : [paragraph(note)]),
  ]
}

function listed(title: string, texts: readonly string[]): Block[] {
  return texts.length === 0 ? [] : [paragraph(title), items(texts)]
}

const span = (ms: number | null) => (ms === null ? 'an unknown time' : formatDuration(ms))

/** How long it takes to come back, and where that figure is from. */
export function durationText({ ms, from, drill }: Duration): string {
  if (ms === null) return 'unknown'
  const day = drill === null ? '' : toIso(drill.at).slice(0, 10)
  if (from === 'restore') return `more than ${formatDuration(ms)} (its data alone, ${day})`
  return `${formatDuration(ms)} (${from === 'drill' ? `drill of ${day}` : 'its RTO; never tried'})`
}
