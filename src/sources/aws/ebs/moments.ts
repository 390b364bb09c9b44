import type { Condition } from '../../../domain/condition.ts'
import { instant, toIso } from '../../../domain/instant.ts'
import { printable } from '../../../lib/printable.ts'
import type { Newest } from './snapshot.ts'
import type { VolumeFacts } from './volume.ts'

/** Snapshots of one request to make them for a whole instance are begun together. */
const ONE_MOMENT_MS = 60_000
const SHOWN = 10

const ADVICE =
  'Where they belong together (a database or a file system over several volumes), have them snapshotted as one: ec2:CreateSnapshots, a DLM policy for instances, or AWS Backup of the instance.'

/**
 * Of instances with several volumes, whether the newest completed snapshots of these are of one moment: said of the first
 * of them, by id. What is being made just now is waited for.
 * https://docs.aws.amazon.com/ebs/latest/userguide/ebs-creating-snapshot.html#ebs-create-snapshot-multi-volume
 */
export function momentsOf(
  volumes: Iterable<VolumeFacts>,
  newestOf: (volume: string) => Newest | undefined,
): Map<string, Condition> {
  const found = new Map<string, Condition>()
  const byInstance = Map.groupBy(volumes, ({ attached }) => attached[0]?.instance ?? null)
  for (const [instance, own] of byInstance) {
    if (instance === null || own.length < 2) continue
    const sorted = own.toSorted((a, b) => (a.id < b.id ? -1 : 1))
    const [first] = sorted
    const taken = sorted.flatMap(({ id }) => {
      const at = newestOf(id)?.completed?.startedAt
      return at === undefined ? [] : [{ id, at }]
    })
    // one without any snapshot is missing, which its own check says
    if (!first || taken.length < 2) continue
    const times = taken.map(({ at }) => at)
    const apart = Math.max(...times) - Math.min(...times) > ONE_MOMENT_MS
    const isMaking = sorted.some(({ id }) => newestOf(id)?.other?.state === 'pending')
    const words = taken.slice(0, SHOWN).map(({ id, at }) => `${printable(id)} of ${toIso(instant(at))}`)
    if (taken.length > SHOWN) words.push(`${taken.length - SHOWN} more`)
    found.set(first.id, {
      type: 'MOMENTS_DIFFER',
      outcome: !apart ? 'pass' : isMaking ? 'unknown' : 'fail',
      severity: 'info',
      reason: apart
        ? `The newest snapshots of the volumes of ${printable(instance)} are not of one moment: ${words.join(', ')}.`
        : `The newest snapshots of the volumes of ${printable(instance)} are of one moment.`,
      advice: apart ? ADVICE : null,
    })
  }
  return found
}
