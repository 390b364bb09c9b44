import { z } from 'zod'
import { text } from '../../../lib/fields.ts'
import { globToRegExp } from '../../../lib/glob.ts'
import { thresholdFields } from '../../source.ts'

const HOUR_MS = 3_600_000
/**
 * A day, the eight hours within which AWS Backup may start a job where the plan says nothing else, and an hour for the job.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRule.html
 */
export const BACKUP_MAX_AGE_MS = 33 * HOUR_MS
/** Of vaults and plans whose schedule can't be told (a vault that is filled from another account): most run monthly at least. */
const SELDOM_MS = 35 * 24 * HOUR_MS
export const POSTURE_MAX_AGE_MS = {
  'aws-backup-vault': SELDOM_MS,
  'aws-backup-plan': SELDOM_MS,
  'aws-backup-coverage': SELDOM_MS,
}

const resource = z
  .strictObject({
    name: text().describe('Its ARN, its name, or the last part of its ARN, or a pattern of one of them').optional(),
    type: text().describe('Its type in AWS Backup: EBS, EC2, RDS, Aurora, DynamoDB, EFS, S3, ...').optional(),
  })
  .refine(
    ({ name, type }) => name !== undefined || type !== undefined,
    'it says of nothing which resources are meant: give name, type',
  )

const vault = () => text().describe('The name of a vault, or a pattern of it')

export const backupChecks = z.strictObject({
  jobs: z.boolean().optional().describe('Whether failed jobs, failed copies and restores are told; true'),
  posture: z
    .boolean()
    .optional()
    .describe('Whether vaults and plans are checks too: locks, policies, keys, notifications, selections; true'),
  notifications: z
    .enum(['required', 'off'])
    .optional()
    .describe('Whether every vault must tell somebody of failed jobs; required'),
  vaults: z
    .strictObject({
      include: z.array(vault()).min(1).optional().describe('Only these; without it, all'),
      exclude: z.array(vault()).optional().describe('Not these'),
      locked: z.array(vault()).min(1).optional().describe('Those that must be locked in compliance mode; none'),
    })
    .optional()
    .describe('Which vaults are looked at'),
  unprotected: z
    .enum(['report', 'off'])
    .optional()
    .describe('Whether resources that no backup plan selects are told; report'),
  resources: z
    .strictObject({
      include: z.array(resource).min(1).optional().describe('Only these; without it, all'),
      exclude: z.array(resource).optional().describe('Not these'),
    })
    .optional()
    .describe('Which of the resources that AWS Backup protects are looked at'),
  ...thresholdFields,
})

export type BackupConfig = z.output<typeof backupChecks>

/** Whether a vault of this name is looked at. */
export function vaultSelection({ vaults }: BackupConfig): (name: string) => boolean {
  const included = vaults?.include?.map(globToRegExp)
  const excluded = (vaults?.exclude ?? []).map(globToRegExp)
  return (name) =>
    (included === undefined || included.some((pattern) => pattern.test(name))) &&
    !excluded.some((pattern) => pattern.test(name))
}

/** Whether a vault of this name must be locked. */
export function mustBeLocked({ vaults }: BackupConfig): (name: string) => boolean {
  const locked = (vaults?.locked ?? []).map(globToRegExp)
  return (name) => locked.some((pattern) => pattern.test(name))
}

/** Whether a resource is looked at. */
export function resourceSelection({
  resources,
}: BackupConfig): (resource: { arn: string; name: string; type: string }) => boolean {
  const included = resources?.include?.map(matcher)
  const excluded = (resources?.exclude ?? []).map(matcher)
  return (one) =>
    (included === undefined || included.some((matches) => matches(one))) && !excluded.some((matches) => matches(one))
}

/** Whether resources of a type are looked at, some of them at least. */
export function mayLookAt({ resources }: BackupConfig, type: string): boolean {
  const isOf = (given: string | undefined) => given === undefined || globToRegExp(given).test(type)
  const isOut = resources?.exclude?.some((one) => one.name === undefined && isOf(one.type)) ?? false
  return !isOut && (resources?.include?.some((one) => isOf(one.type)) ?? true)
}

function matcher({ name, type }: z.output<typeof resource>) {
  const names = name === undefined ? null : globToRegExp(name)
  const types = type === undefined ? null : globToRegExp(type)
  return (one: { arn: string; name: string; type: string }) =>
    (!names || names.test(one.arn) || names.test(one.name) || names.test(lastPartOf(one.arn))) &&
    (!types || types.test(one.type))
}

/** "vol-1" of "arn:aws:ec2:eu-central-1:123456789012:volume/vol-1". */
export function lastPartOf(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1) || arn
}
