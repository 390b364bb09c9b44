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
    command: 'Command',
  }
  return Object.hasOwn(words, type) ? (words[type] ?? type) : type
}

/** Who did it: what the server calls its own doings has words of its own. */
export function byWhom(by: string): string {
  const own: Record<string, string> = {
    recovery: 'by itself: the backup is good again',
    superseded: 'by itself: another incident tells it better',
    retired: 'by itself: what it protects is gone',
  }
  return Object.hasOwn(own, by) ? (own[by] ?? by) : `by ${by}`
}
