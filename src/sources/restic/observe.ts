import type { Instant } from '../../domain/instant.ts'
import type { Observation } from '../../domain/observation.ts'
import type { CheckId } from '../../domain/recovery-point.ts'
import type { Repository } from './config.ts'
import { failureDomain } from './location.ts'
import type { SnapshotFacts, SnapshotGroup } from './snapshots.ts'

const FAST =
  'read by listing, without the password: times are when each snapshot was stored (a copy or replication renews them), ' +
  'and hosts, paths and tags can not be told apart'
const FELL_BACK = 'mode fast lists local folders and S3 alone: this one was read by restic'

/** What was seen of a repository: itself, and each machine in it where there are several. */
export function* observe(
  repository: Repository,
  groups: readonly SnapshotGroup[],
  how: 'full' | 'fast' | 'fell-back',
  now: Instant,
): Generator<Observation> {
  const { provider, region } = failureDomain(repository.location)
  const place = { provider, account: null, region, tags: {} }
  const { scope, name, shownUrl } = repository
  const detail = how === 'fast' ? FAST : how === 'fell-back' ? FELL_BACK : undefined
  const several = groups.length > 1
  const note = several
    ? `the newest of ${groups.length} groups by ${repository.groupBy.join(' and ')}, each with a check of its own`
    : undefined
  const details = [detail, note].filter((part) => part !== undefined).join('; ')
  yield {
    kind: 'resource',
    check: scope,
    type: 'restic',
    resource: { id: shownUrl, name, ...place },
    ...(details !== '' && { detail: details }),
  }
  for (const group of groups) yield* points(scope, group.snapshots)
  if (!several) return
  const keepAfter = repository.retireGroupsAfterMs === null ? null : now - repository.retireGroupsAfterMs
  for (const group of groups) {
    if (keepAfter !== null && group.newestAt < keepAfter) continue
    const check = `${scope}/${group.name}`
    const resource = { id: `${shownUrl}#${group.name}`, name: `${name} ${group.name}`, ...place }
    yield { kind: 'resource', check, type: 'restic', resource }
    yield* points(check, group.snapshots)
  }
}

function* points(check: CheckId, snapshots: readonly SnapshotFacts[]): Generator<Observation> {
  for (const { id, at, completedAt, sizeBytes, problem } of snapshots)
    yield {
      kind: 'recovery-point',
      point: {
        check,
        id,
        recoverableTo: at,
        completedAt,
        sizeBytes,
        state: problem === null ? 'complete' : 'implausible',
        problem,
      },
    }
}
