import type { Condition } from '../../../domain/condition.ts'
import type { Immutability } from '../../../domain/immutability.ts'
import { type Instant, instant } from '../../../domain/instant.ts'
import type { Observation } from '../../../domain/observation.ts'
import type { Expectation } from '../../../domain/policy.ts'
import type { PointState, RecoveryPoint } from '../../../domain/recovery-point.ts'
import { printable } from '../../../lib/printable.ts'
import { causeOf, said } from './causes.ts'
import { type BackupConfig, lastPartOf, resourceSelection, vaultSelection } from './config.ts'
import { type CopyRule, copyExpectation } from './copied.ts'
import { copyCondition } from './copies.ts'
import { begunBy, expectationOf } from './expectation.ts'
import type { BackupJobFacts, PointFacts, ProtectedFacts } from './facts.ts'
import { endOf, isKept, type JobsOf } from './jobs.ts'
import type { PlanFacts } from './plans/plan.ts'
import type { BackupState } from './read.ts'
import { drillOf } from './restores.ts'
import { immutabilityOf } from './vaults/lock.ts'

export interface BackupScope {
  id: string
  account: string
  region: string
  now: Instant
}

const HOUR_MS = 3_600_000

/** One thing that AWS Backup backs up, or tries to. */
interface Resource {
  arn: string
  type: string
  name: string
  listed: ProtectedFacts | null
  jobs: JobsOf | null
}

export interface Observing {
  /** By their ARN: nothing is said of them. */
  gone: ReadonlySet<string>
  /** Whether plans say when a backup is due; else the configuration does. */
  isDueByPlan: boolean
  /** Those that there are; null: nobody says. */
  plans: readonly PlanFacts[] | null
  /** Rules that copy to this region, from wherever the configuration sees. */
  copied: readonly CopyRule[]
}

/** What is to be said of what AWS Backup has in a region. */
export function* observeBackups(
  state: BackupState,
  config: BackupConfig,
  scope: BackupScope,
  { gone, isDueByPlan, plans, copied }: Observing,
): Generator<Observation> {
  const told = new Set<string>()
  for (const resource of resourcesOf(state, config, scope.now)) {
    if (gone.has(resource.arn)) continue
    told.add(resource.arn)
    const expects = expectationOf(begunFor(resource, state, plans), plans, scope.now) ?? ofCopy(resource)
    yield* observeResource(resource, isDueByPlan ? expects : 'as configured', state, scope)
  }
  for (const restore of state.restores.values()) {
    if (!told.has(restore.resource)) continue
    const drill = drillOf(restore, checkOf(scope, restore.resource))
    if (drill) yield drill
  }

  function ofCopy({ arn }: Resource): Expectation | null {
    const good = state.points.goodOf(arn)
    if (!good || !isCopy(good, scope)) return null
    return copyExpectation(good, state.vaults.get(good.vault)?.arn, copied, scope.now)
  }
}

/** When a backup is due by a plan; null: no plan is known. */
type Due = Expectation | 'as configured' | null

const isCopy = ({ resource, source }: PointFacts, scope: BackupScope) => source !== null || isElsewhere(resource, scope)

function isElsewhere(arn: string, { region, account }: BackupScope): boolean {
  const [, , , ofRegion = '', ofAccount = ''] = arn.split(':')
  return (ofRegion !== '' && ofRegion !== region) || (ofAccount !== '' && ofAccount !== account)
}

export function begunFor(
  { arn, jobs }: Pick<Resource, 'arn' | 'jobs'>,
  { points }: BackupState,
  plans: readonly PlanFacts[] | null,
) {
  if (jobs && jobs.byRule.size > 0) return jobs.byRule.values()
  const good = points.goodOf(arn)
  return good ? begunBy(good, plans) : []
}

/** Its ARN, without what the scope says already: "ec2:volume/vol-1", and of a copy "ec2:eu-west-1:210987654321:volume/vol-1". */
function checkOf({ id, region, account }: BackupScope, arn: string): string {
  const [, service, ofRegion, ofAccount, name] = /^arn:[^:]+:([^:]+):([^:]*):([^:]*):(.+)$/s.exec(arn) ?? []
  if (service === undefined) return `${id}/${printable(arn)}`
  const isHere = (ofRegion === '' || ofRegion === region) && (ofAccount === '' || ofAccount === account)
  return `${id}/${printable([service, ...(isHere ? [] : [ofRegion, ofAccount]), name].join(':'))}`
}

/**
 * What has recovery points here, what is to have one and never had, and what should still have one by its last job: AWS
 * Backup forgets a resource with its last recovery point, also where somebody deletes it.
 */
function resourcesOf(state: BackupState, config: BackupConfig, now: number): Resource[] {
  const isWanted = resourceSelection(config)
  const isVaultWanted = vaultSelection(config)
  const found: Resource[] = []
  const listed = new Map(state.resources.map((one) => [one.arn, one]))
  for (const one of state.resources) {
    const { arn, type, name, lastVault } = one
    const isElsewhere = lastVault === null || !isVaultWanted(lastVault)
    if (isElsewhere && state.points.of(arn).length === 0) continue
    found.push({ arn, type, name: name ?? lastPartOf(arn), listed: one, jobs: state.jobs.byResource.get(arn) ?? null })
  }
  for (const [arn, jobs] of state.jobs.byResource) {
    const { type, failed, completed, open } = jobs
    const name = jobs.name ?? lastPartOf(arn)
    // AWS Backup may not list what it has recovery points of
    const isMade = state.points.of(arn).length > 0 || (completed !== null && isKept(completed, now))
    const isTried = open.size > 0 || (failed !== null && failed.id !== completed?.id && isAfter(failed, completed))
    const vaults = [...open.values(), failed, completed].flatMap((job) => (job ? [job.vault] : []))
    if (listed.has(arn) || !(isMade || isTried) || !vaults.some(isVaultWanted)) continue
    if (isWanted({ arn, type, name: jobs.name ?? '' })) found.push({ arn, type, name, listed: null, jobs })
  }
  return found
}

const isAfter = (job: BackupJobFacts, other: BackupJobFacts | null): boolean =>
  other === null || job.createdAt > other.createdAt

function* observeResource(
  resource: Resource,
  expects: Due,
  state: BackupState,
  scope: BackupScope,
): Generator<Observation> {
  const { arn, name, jobs, listed } = resource
  const check = checkOf(scope, arn)
  const copy = copyCondition([...(state.copies.byResource.get(arn)?.values() ?? [])])
  const newest = state.points.of(arn)
  const lock = lockOf(state.points.goodOf(arn), state, scope.now)
  const isNew = listed === null && newest.length === 0 && jobs !== null && jobs.completed === null
  yield {
    kind: 'resource',
    check,
    type: 'aws-backup',
    // where the backup lies, which is not always where the resource is
    resource: { id: arn, name, provider: 'aws', account: scope.account, region: scope.region, tags: {} },
    detail: detailOf(resource, state, scope, expects),
    ...(isNew ? { bornAt: instant(jobs.firstAt) } : {}),
    ...(copy ? { conditions: [copy] satisfies Condition[] } : {}),
    ...(lock ? { immutability: lock } : {}),
    ...(expects && expects !== 'as configured' ? { expects } : {}),
  }
  for (const { good, pending, other } of newest)
    for (const point of [other, pending, good])
      if (point) yield { kind: 'recovery-point', point: pointFor(check, point, resource) }
  if (!jobs) return
  if (jobs.failed) yield { kind: 'job-failure', check, at: instant(endOf(jobs.failed)), reason: reasonOf(jobs.failed) }
  for (const job of jobs.open.values())
    yield { kind: 'job-running', check, since: instant(job.createdAt), overdueAt: overdueAt(job) }
}

/** Why a job is told as failed. */
export function reasonOf(job: BackupJobFacts): string {
  const { state, message } = job
  const { words } = causeOf(job)
  const what =
    state === 'COMPLETED'
      ? 'it made a recovery point, but not without issues'
      : state === 'PARTIAL'
        ? 'it saved a part only'
        : state === 'EXPIRED'
          ? 'it expired'
          : state === 'ABORTED'
            ? 'it was aborted'
            : null
  return `${what === null ? '' : `${what}. `}${words}${said(message)}`
}

/**
 * A job that has not begun when its start window ends is expired by AWS itself, which is a failure; an hour later at the
 * latest it is one here. How long a running one may take only its plan says.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRule.html
 */
function overdueAt({ state, startBy }: BackupJobFacts): Instant | null {
  return startBy !== null && (state === 'CREATED' || state === 'PENDING') ? instant(startBy + HOUR_MS) : null
}

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html */
const isContinuous = ({ id }: PointFacts): boolean => id.includes(':recovery-point:continuous:')

export function pointFor(check: string, point: PointFacts, resource: Pick<Resource, 'listed' | 'jobs'>): RecoveryPoint {
  const [state, problem] = stateOf(point)
  return {
    check,
    id: point.id,
    recoverableTo: instant(recoverableTo(point, resource)),
    completedAt: point.completedAt === null ? null : instant(point.completedAt),
    sizeBytes: point.bytes,
    state,
    problem,
  }
}

/**
 * A snapshot's data is not younger than its creation, and that of a copy not younger than its original's job. A continuous
 * backup is one recovery point for years: AWS Backup does not say until when it reaches, so its newest job does.
 */
export function recoverableTo(point: PointFacts, { listed, jobs }: Pick<Resource, 'listed' | 'jobs'>): number {
  const { id, createdAt, initiatedAt } = point
  if (!isContinuous(point)) return Math.min(createdAt, initiatedAt ?? createdAt)
  const byList = listed?.lastPoint === id ? (listed.lastAt ?? createdAt) : createdAt
  const byJob = jobs?.completed?.point === id ? jobs.completed.createdAt : createdAt
  return Math.max(createdAt, byList, byJob)
}

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_RecoveryPointByBackupVault.html */
function stateOf({ status, message }: PointFacts): [PointState, string | null] {
  const why = said(message)
  switch (status) {
    case 'COMPLETED':
    case 'AVAILABLE':
      return ['complete', null]
    case 'CREATING':
      return ['pending', 'it is not complete yet']
    case 'PARTIAL':
      return ['implausible', `it holds a part only of what was to be saved.${why}`]
    case 'STOPPED':
      return [
        'implausible',
        `it is a continuous backup that was stopped: permissions, versioning or EventBridge events were taken away, or its retention changed.${why}`,
      ]
    case 'EXPIRED':
      return ['implausible', `its retention is over, and AWS Backup could not delete it.${why}`]
    case 'DELETING':
      return ['implausible', 'it is being deleted']
    default:
      return ['implausible', `its status is "${printable(status)}"${why}`]
  }
}

/** What nobody can delete before its time: in a vault whose lock can't be taken off any more. */
function lockOf(point: PointFacts | null, { vaults }: BackupState, now: number): Immutability | null {
  const vault = point && vaults.get(point.vault)
  return vault ? immutabilityOf(vault, point, now) : null
}

function detailOf(
  { arn, type, listed, jobs }: Resource,
  { points, existing }: BackupState,
  scope: BackupScope,
  expects: Due,
): string {
  const good = points.goodOf(arn)
  const vaults = [...(points.byResource.get(arn)?.keys() ?? [])].map(printable).sort()
  const [, , , ofRegion = '', ofAccount = ''] = arn.split(':')
  const parts = [
    `${type || 'A resource'}, in ${vaults.length === 0 ? 'no vault' : `the ${vaults.length === 1 ? 'vault' : 'vaults'} ${vaults.slice(0, 10).join(', ')}`}.`,
  ]
  if (isElsewhere(arn, scope))
    parts.push(`A copy: the resource is in ${[ofRegion, ofAccount].filter(Boolean).join(' of ')}.`)
  if (good && expects === null && isCopy(good, scope))
    parts.push(
      'No plan that this source knows of copies it here, so the next copy is due as if there were one each day, unless an override says when.',
    )
  if (good && isContinuous(good))
    parts.push(
      'Its backup is continuous; AWS Backup does not say until when it reaches, so its age is that of its newest job.',
    )
  if (listed === null && jobs?.completed && vaults.length === 0)
    parts.push(
      'Its last job made a recovery point that is to be kept, but AWS Backup knows of none: it may have been deleted.',
    )
  const unseen = existing.unseen.get(arn)
  if (unseen !== undefined) parts.push(`Whether it is still there can't be told: ${unseen}`)
  return parts.join(' ')
}
