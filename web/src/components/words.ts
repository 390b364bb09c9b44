import type { Incident, IncidentEvent, Ping, RecoveryPoint, Scope, Status } from '../api/client.ts'

/** Gravest first, as the server sorts. */
export const STATUSES: readonly Status[] = ['missing', 'failed', 'stale', 'error', 'due', 'paused', 'ok']

/** Those for which somebody should get up. */
export const TROUBLES: readonly Status[] = ['missing', 'failed', 'stale', 'error']

export const STATUS: Record<Status, { label: string; means: string }> = {
  ok: { label: 'OK', means: 'The newest good recovery point is within its threshold.' },
  due: { label: 'Due', means: 'Still within the threshold, but not for long.' },
  stale: { label: 'Stale', means: 'There is a good recovery point, but it is older than its threshold.' },
  missing: { label: 'Missing', means: 'All was read, and there is no good recovery point.' },
  failed: { label: 'Failed', means: 'The newest job failed, and nothing good came since.' },
  error: { label: 'Error', means: 'It could not be checked: nobody knows.' },
  paused: { label: 'Paused', means: 'Somebody has paused it, for a time.' },
}

export const INCIDENT: Record<Incident['type'], string> = {
  BACKUP_DUE: 'Backup is due',
  BACKUP_STALE: 'Backup is stale',
  BACKUP_MISSING: 'Backup is missing',
  BACKUP_FAILED: 'Backup failed',
  CHECK_ERROR: 'Can not be checked',
  POINT_IN_FUTURE: 'Dated in the future',
  LOCK_MISSING: 'No lock on what is kept',
  DELETION_ALLOWED: 'Anyone may delete it',
  KEY_UNUSABLE: 'Its key can not be used',
  NOTIFICATIONS_MISSING: 'Nobody hears of failures',
  MOMENTS_DIFFER: 'Not from one moment',
  COPY_FAILED: 'Its copy to another place failed',
  PLAN_SELECTS_NOTHING: 'A plan backs up nothing',
  PLAN_TARGET_GONE: "A plan's vault is gone",
  PLAN_RETENTION: "A plan's retention can not work",
  UNPROTECTED: 'Resources that no plan backs up',
  SOURCE_MASS_CHANGE: 'Much broke at once',
  SERVICE_RPO: 'Not within its RPO',
  SERVICE_COPIES: 'Too few copies',
  SERVICE_OFF_SITE: 'No copy off-site',
  SERVICE_COPIES_STRICT: 'Not 3-2-1-1-0',
  SERVICE_IMMUTABILITY: 'No copy that nobody can delete',
  SERVICE_ENCRYPTION: 'Not encrypted',
  SERVICE_KEY_ACCESS: 'Decryption is not assured',
  SERVICE_APP_CONSISTENCY: 'Crash-consistent copies alone',
  SERVICE_RETENTION: 'Retention is not held',
  SERVICE_DRILL_RECENCY: 'No good restore lately',
  SERVICE_RTO: 'Not back within its RTO',
  SERVICE_RESTORE_ORDER: 'No place in the restore order',
  SERVICE_OWNERSHIP: 'No owner',
  SERVICE_DOMAINS: 'Copies lie elsewhere than declared',
  SERVICE_CONTRADICTIONS: 'Job and repository disagree',
  SERVICE_SHRINKAGE: 'A point is much smaller',
}

/** What an incident is about, in a word. */
export const SUBJECT: Record<Incident['subject']['kind'], string> = {
  check: 'Check',
  service: 'Service',
  source: 'Source',
}

export const EVENT: Record<IncidentEvent['kind'], string> = {
  opened: 'Opened',
  escalated: 'Got worse',
  eased: 'Got better',
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
  superseded: 'Superseded',
  reminder: 'Reminder',
  note: 'Note',
}

export const PING: Record<Ping['kind'], string> = { success: 'Success', start: 'Start', fail: 'Failure', log: 'Log' }

export const POINT: Record<RecoveryPoint['state'], string> = {
  complete: 'Good',
  pending: 'Being made',
  failed: 'Failed',
  implausible: 'Implausible',
}

export const LOOK: Record<Scope['status'], string> = {
  never: 'Not looked at yet',
  complete: 'Read whole',
  failed: 'Could not be read',
}

/** "ebs-snapshot" as people say it; types that a newer server knows stay as they are. */
export function typeLabel(type: string): string {
  const words: Record<string, string> = {
    restic: 'restic',
    borg: 'borg',
    file: 'File',
    heartbeat: 'Heartbeat',
    's3-dump': 'S3 dump',
    'rds-snapshot': 'RDS snapshot',
    'rds-cluster-snapshot': 'Aurora snapshot',
    'rds-pitr': 'RDS point in time',
    'ebs-snapshot': 'EBS snapshot',
    'aws-backup': 'AWS Backup',
    'aws-backup-vault': 'AWS Backup vault',
    'aws-backup-plan': 'AWS Backup plan',
    'aws-backup-coverage': 'AWS Backup coverage',
    command: 'Command',
  }
  return Object.hasOwn(words, type) ? (words[type] ?? type) : type
}

/** Who did it: what the server calls its own doings has words of its own. */
export function byWhom(by: string): string {
  const own: Record<string, string> = {
    recovery: 'by itself: it is well again',
    accepted: 'by itself: it is accepted for a while',
    superseded: 'by itself: another incident tells it better',
    retired: 'by itself: what it protects is gone',
  }
  return Object.hasOwn(own, by) ? (own[by] ?? by) : `by ${by}`
}
