import { z } from 'zod'
import { type Instant, parseInstant } from '../../../domain/instant.ts'
import { parseJson } from '../../../lib/json.ts'
import { printable } from '../../../lib/printable.ts'

/** What a message says has happened, as far as it decides where to look. All of it may be a lie, or missing. */
export interface AwsEvent {
  /** Of the message itself, where it has one. */
  id: string | null
  account: string | null
  region: string | null
  /** The kinds of scopes that it concerns; none of them need be in use. */
  kinds: readonly string[]
  /** Whether a recovery point of AWS Backup that was good may be so no more. */
  isOfLoss: boolean
  /** The name of the snapshot of a database that it is about. */
  dbSnapshot: string | null
  happenedAt: Instant | null
  about: string
}

/** Where a message came from, for what it does not say itself. */
export interface Origin {
  account: string | null
  region: string | null
  sentAt: Instant | null
}

const short = z.string().max(400)
const bridge = z.object({
  id: short.optional().catch(undefined),
  source: short,
  'detail-type': short,
  account: short.optional().catch(undefined),
  region: short.optional().catch(undefined),
  time: short.optional().catch(undefined),
  resources: z.array(z.unknown()).optional().catch(undefined),
  detail: z.record(z.string(), z.unknown()).optional().catch(undefined),
})

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.html: what an RDS event subscription publishes. */
const rdsEvent = z.object({
  'Event Source': short,
  'Source ID': short.optional().catch(undefined),
  'Event Time': short.optional().catch(undefined),
  'Event Message': short.optional().catch(undefined),
})

/**
 * Reads the text of a message: an event of EventBridge, what RDS publishes, or the prose of AWS Backup with its attributes. Null: it is
 * nothing that we know.
 */
export function readEvent(text: string, attributes: Readonly<Record<string, string>>, origin: Origin): AwsEvent | null {
  const parsed = parseJson(text)
  if (parsed === undefined) return readProse(text, attributes, origin)
  const event = bridge.safeParse(parsed).data
  if (event) return readBridge(event, origin)
  const rds = rdsEvent.safeParse(parsed).data
  if (!rds?.['Event Source'].startsWith('db-')) return null
  const ofSnapshot = /^db-(?:cluster-)?snapshot$/.test(rds['Event Source'])
  return {
    ...origin,
    id: null,
    kinds: ['rds'],
    isOfLoss: false,
    dbSnapshot: ofSnapshot && isSnapshotName(rds['Source ID']) ? rds['Source ID'] : null,
    // "2023-01-05 10:00:00.123", in UTC
    happenedAt: time(rds['Event Time']?.replace(' ', 'T').replace(/(?<=\d)$/, 'Z')) ?? origin.sentAt,
    about: words('RDS', rds['Event Source'], rds['Event Message']),
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
function readBridge(event: z.output<typeof bridge>, origin: Origin): AwsEvent | null {
  const { source, 'detail-type': type, detail = {} } = event
  const kinds = kindsOf(source, type, detail, textsOf(event.resources))
  if (kinds.length === 0) return null
  // Restore Job and Recovery Point events say status, the others state
  const state = textOf(detail.state) ?? textOf(detail.status) ?? textOf(detail.result) ?? textOf(detail.EventID)
  return {
    id: event.id ?? null,
    account: accountId(event.account) ?? origin.account,
    region: regionName(event.region) ?? origin.region,
    kinds,
    isOfLoss: source === 'aws.backup' && isLoss(type, detail),
    dbSnapshot: dbSnapshotOf([...textsOf(event.resources), textOf(detail.SourceArn) ?? '']),
    happenedAt:
      time(textOf(detail.completionDate)) ?? time(textOf(detail.endTime)) ?? time(event.time) ?? origin.sentAt,
    about: words(type, state),
  }
}

/** Also as CloudTrail has it. https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-backup.html */
function isLoss(type: string, { status, eventName }: Readonly<Record<string, unknown>>): boolean {
  if (type.startsWith('Recovery Point')) return !/^(?:COMPLETED|AVAILABLE|CREATING)$/.test(textOf(status) ?? '')
  return /^(?:Delete|Disassociate)RecoveryPoint/.test(textOf(eventName) ?? '')
}

function kindsOf(
  source: string,
  type: string,
  detail: Readonly<Record<string, unknown>>,
  resources: readonly string[],
): string[] {
  if (source === 'aws.backup') {
    const arns = [...resources, textOf(detail.resourceArn) ?? '']
    return [...new Set(['backup', ...arns.flatMap(kindOfArn), ...kindOfType(textOf(detail.resourceType))])]
  }
  // https://docs.aws.amazon.com/ebs/latest/userguide/ebs-cloud-watch-events.html
  if (source === 'aws.ec2') return /^EBS (?:Multi-Volume )?Snapshots? /.test(type) ? ['ebs'] : []
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-cloud-watch-events.html
  if (source === 'aws.rds') return type.startsWith('RDS DB ') ? ['rds'] : []
  return []
}

/** Whose own scopes show the recovery point too: AWS Backup's snapshots of databases and volumes are found there. */
function kindOfArn(arn: string): string[] {
  if (/^arn:aws[a-z-]*:rds:/.test(arn)) return ['rds']
  return /^arn:aws[a-z-]*:ec2:[^:]*:[^:]*:(?:volume|snapshot)\//.test(arn) ? ['ebs'] : []
}

/** It becomes the value of a filter, which RDS would refuse with anything else in it. */
const isSnapshotName = (name: string | undefined): name is string => name !== undefined && /^[\w:.-]{1,255}$/.test(name)

/** What AWS Backup makes of a database is a snapshot of RDS too. */
function dbSnapshotOf(arns: readonly string[]): string | null {
  for (const arn of arns) {
    const name = /^arn:aws[a-z-]*:rds:[^:]*:[^:]*:(?:cluster-)?snapshot:(.+)$/.exec(arn)?.[1]
    if (isSnapshotName(name)) return name
  }
  return null
}

function kindOfType(type: string | undefined): string[] {
  if (type === 'EBS') return ['ebs']
  return type && /^(?:RDS|Aurora|Neptune|DocumentDB)$/.test(type) ? ['rds'] : []
}

const BACKUP_EVENTS = /^(?:BACKUP|COPY|RESTORE)_JOB|^RECOVERY_POINT|^S3_(?:BACKUP|RESTORE)_OBJECT/

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-notifications.html: "An AWS Backup job failed. Resource ARN : arn:..." */
function readProse(text: string, attributes: Readonly<Record<string, string>>, origin: Origin): AwsEvent | null {
  const type = attributes.EventType
  if (!BACKUP_EVENTS.test(type ?? '') && !/\bAWS Backup\b/i.test(text.slice(0, 2000))) return null
  const arns = text.slice(0, 8000).match(/\barn:aws[a-z-]*:[a-z0-9-]+:[^\s,;"']{1,400}/g) ?? []
  const region = arns.map((arn) => regionName(arn.split(':')[3])).find((found) => found !== null)
  return {
    id: null,
    account: accountId(attributes.AccountId) ?? origin.account,
    // a topic is in the region of its vault; a queue may stand anywhere
    region: origin.region ?? region ?? null,
    kinds: [...new Set(['backup', ...arns.flatMap(kindOfArn)])],
    isOfLoss: type === 'RECOVERY_POINT_MODIFIED',
    dbSnapshot: dbSnapshotOf(arns),
    happenedAt: origin.sentAt,
    about: words('AWS Backup', type, attributes.State),
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const textsOf = (values: readonly unknown[] = []) => values.flatMap((value) => textOf(value) ?? [])
const accountId = (text: string | undefined) => (text && /^\d{12}$/.test(text) ? text : null)
const regionName = (text: string | undefined) => (text && /^[a-z]{2}(?:-[a-z]+)+-\d{1,2}$/.test(text) ? text : null)

function time(text: string | undefined): Instant | null {
  return text && /^\d{4}-\d\d-\d\dT/.test(text) ? parseInstant(text) : null
}

const words = (...said: readonly (string | undefined)[]) =>
  printable(said.filter((word) => word !== undefined && word !== '').join(' ')).slice(0, 200)
