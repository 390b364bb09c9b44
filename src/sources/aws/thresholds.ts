import type { CheckId } from '../../domain/recovery-point.ts'
import { type ThresholdSetting, thresholdOf } from '../source.ts'
import { BACKUP_MAX_AGE_MS } from './backup/config.ts'
import type { AwsConfig, CheckKind } from './config.ts'
import { dumpOfCheck, partsOf } from './places.ts'

const HOUR_MS = 3_600_000
/** Of a month without a good backup a late plan may be the reason; of a quarter hardly. */
const STALE_CHAIN_AFTER_MS = 90 * 24 * HOUR_MS
/** AWS's own backups of databases run daily: a day, and an hour for the job. */
export const RDS_MAX_AGE_MS = 25 * HOUR_MS
/** Snapshots of volumes are usually made at least weekly. */
export const EBS_MAX_AGE_MS = 168 * HOUR_MS

/** What the configuration says of the kind of check that `check` is of. */
export function ownThreshold(
  source: string,
  config: AwsConfig,
  check: CheckId,
): { setting: ThresholdSetting; from: string; general?: true } | null {
  const [name = '', ...rest] = check.slice(source.length + 1).split('/')
  const dump = dumpOfCheck(source, config, check)
  if (dump) return thresholdOf(dump.own, `sources.${source}.checks.s3_dumps[${dump.index}]`)
  const kind = partsOf(name)?.kind
  if (!kind) return null
  const path = `sources.${source}.checks.${kind}`
  const rds = config.checks?.rds
  if (kind === 'rds' && rds?.pitr_max_age !== undefined && rest.at(-1) === 'pitr')
    return { setting: { ...rds, max_age: rds.pitr_max_age }, from: `${path}.pitr_max_age`, general: true }
  const settings = config.checks?.[kind]
  const own = settings && thresholdOf(settings, path)
  return own ? { ...own, general: true } : null
}

/** How old the newest backup of a kind may be, as far as this configuration says, in milliseconds. */
export function maxAgeMsOf(kind: CheckKind, config: AwsConfig): number {
  for (const level of [config.checks?.[kind], config]) {
    if (level?.max_age !== undefined) return level.max_age
    if (level?.expected_frequency_hours !== undefined) return level.expected_frequency_hours * HOUR_MS
  }
  return { rds: RDS_MAX_AGE_MS, ebs: EBS_MAX_AGE_MS, backup: BACKUP_MAX_AGE_MS }[kind]
}

/** How old the newest good backup of a thing is when those before it protect nothing any more: not while it is good enough. */
export function staleAfterMsOf(kind: 'ebs' | 'backup', config: AwsConfig): number {
  return Math.max(config.stale_chain_after ?? STALE_CHAIN_AFTER_MS, maxAgeMsOf(kind, config))
}

/** Whether this configuration leaves it to the plans of AWS Backup when a backup is due. */
export function isDueByPlan(config: AwsConfig): boolean {
  return [config.checks?.backup, config].every(
    (level) => (level?.max_age ?? level?.expected_frequency_hours ?? level?.schedule) === undefined,
  )
}
