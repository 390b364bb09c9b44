import type { Condition } from '../../../domain/condition.ts'
import { type Instant, instant } from '../../../domain/instant.ts'
import type { Observation } from '../../../domain/observation.ts'
import type { PointState, RecoveryPoint } from '../../../domain/recovery-point.ts'
import { printable } from '../../../lib/printable.ts'
import type { KeptSnapshot, Newest } from './snapshot.ts'
import type { VolumeFacts } from './volume.ts'

const GIB = 2 ** 30

/** What is to be said of one volume. */
export function* observeVolume(
  volume: VolumeFacts,
  newest: Newest | undefined,
  scope: { id: string; account: string; region: string },
  condition?: Condition,
): Generator<Observation> {
  const { id, name, tags, bornAt } = volume
  const check = `${scope.id}/${printable(id)}`
  yield {
    kind: 'resource',
    check,
    type: 'ebs-snapshot',
    resource: { id, name, provider: 'aws', account: scope.account, region: scope.region, tags },
    detail: detailOf(volume, newest?.completed ?? null),
    ...(bornAt === null ? {} : { bornAt: instant(bornAt) }),
    ...(condition && { conditions: [condition] }),
  }
  if (newest)
    for (const snapshot of [newest.failed, newest.other, newest.completed])
      if (snapshot && !Number.isNaN(snapshot.startedAt))
        yield { kind: 'recovery-point', point: pointOf(check, snapshot) }
}

function detailOf({ attached, state }: VolumeFacts, newest: KeptSnapshot | null): string {
  const where =
    attached.length > 0 ? `Attached to ${attached.map(placeOf).join(', ')}.` : `Not attached to an instance (${state}).`
  // https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-archive.html
  return newest?.isArchived
    ? `${where} Its newest snapshot is archived: to restore from it takes 24 to 72 hours of waiting first.`
    : where
}

const placeOf = ({ instance, device }: VolumeFacts['attached'][number]) =>
  device ? `${instance} as ${device}` : instance

function pointOf(check: string, snapshot: KeptSnapshot): RecoveryPoint {
  const { id, startedAt, completedAt, sizeGib } = snapshot
  const [state, problem] = stateOf(snapshot)
  // one snapshot is of the moment at which it was begun
  const recoverableTo: Instant = instant(startedAt)
  return {
    check,
    id,
    recoverableTo,
    completedAt: completedAt === null ? null : instant(completedAt),
    sizeBytes: sizeGib === null ? null : sizeGib * GIB,
    state,
    problem,
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Snapshot.html */
function stateOf({ state, message }: KeptSnapshot): [PointState, string | null] {
  const said = message ? `: ${printable(message).slice(0, 200)}` : ''
  switch (state) {
    case 'completed':
      return ['complete', null]
    case 'pending':
      return ['pending', 'it is not complete yet']
    case 'error':
      return ['failed', `AWS could not make the snapshot${said}`]
    case 'recoverable':
    case 'recovering':
      return ['implausible', 'it is in the Recycle Bin']
    default:
      return ['implausible', `its state is "${printable(state)}"${said}`]
  }
}
