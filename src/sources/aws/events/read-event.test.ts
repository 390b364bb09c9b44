import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instant } from '../../../domain/instant.ts'
import { awsConfig } from '../config.ts'
import { scopesConcerned } from './concerned.ts'
import { type Origin, readEvent } from './read-event.ts'

const AT = instant(Date.UTC(2026, 10, 20, 12))
const topic: Origin = { account: '123456789012', region: 'eu-central-1', sentAt: AT }
const nowhere: Origin = { account: null, region: null, sentAt: null }
const bridge = (event: object, origin = nowhere) => readEvent(JSON.stringify(event), {}, origin)

const base = {
  version: '0',
  id: 'e1',
  account: '210987654321',
  time: '2026-11-20T11:59:00Z',
  region: 'eu-west-1',
  resources: [],
}
const backup = { ...base, source: 'aws.backup' }

describe('an event of EventBridge', () => {
  it.each([
    [
      'Backup Job State Change',
      { state: 'FAILED', resourceType: 'EBS', backupSizeInBytes: '36048' },
      ['backup', 'ebs'],
    ],
    [
      'Backup Job State Change',
      { state: 'COMPLETED', resourceType: 'RDS', completionDate: '2026-11-20T11:58:30.5Z' },
      ['backup', 'rds'],
    ],
    ['Backup Job State Change', { state: 'EXPIRED', resourceArn: 'arn:aws:rds:eu-west-1:1:db:x' }, ['backup', 'rds']],
    ['Copy Job State Change', { state: 'FAILED', resourceType: 'DynamoDB', backupSizeInBytes: 36048 }, ['backup']],
    ['Restore Job State Change', { status: 'COMPLETED' }, ['backup']],
    ['Restore Job State Change', { state: 'CREATED' }, ['backup']],
    ['Recovery Point State Change', { status: 'DELETED' }, ['backup']],
    ['Backup Vault State Change', { state: 'DELETED' }, ['backup']],
    ['Backup Plan State Change', {}, ['backup']],
  ])('%s %j is of %j', (type, detail, kinds) => {
    const read = bridge({ ...backup, 'detail-type': type, detail })
    expect(read).toMatchObject({ id: 'e1', account: '210987654321', region: 'eu-west-1', kinds })
    const { status, state } = { status: undefined, state: undefined, ...detail }
    expect(read?.about).toBe([type, state ?? status].filter(Boolean).join(' '))
  })

  it.each([
    ['Recovery Point State Change', { status: 'DELETED' }, true],
    ['Recovery Point State Change', { status: 'EXPIRED' }, true],
    ['Recovery Point Change', {}, true],
    ['Recovery Point State Change', { status: 'COMPLETED' }, false],
    ['Recovery Point State Change', { status: 'CREATING' }, false],
    ['Backup Vault State Change', { state: 'DELETED' }, false],
    ['AWS API Call via CloudTrail', { eventName: 'DeleteRecoveryPoint' }, true],
    ['AWS API Call via CloudTrail', { eventName: 'StartBackupJob' }, false],
  ])('%s %j is of a loss: %s', (type, detail, isOfLoss) => {
    expect(bridge({ ...backup, 'detail-type': type, detail })).toMatchObject({ isOfLoss })
    expect(bridge({ ...base, source: 'aws.ec2', 'detail-type': 'EBS Snapshot Notification', detail })).toMatchObject({
      isOfLoss: false,
    })
  })

  it('tells when its job ended, else when it was sent', () => {
    const at = (detail: object) => bridge({ ...backup, 'detail-type': 'Backup Job State Change', detail })?.happenedAt
    expect(at({ completionDate: '2026-11-20T11:58:30.5Z' })).toBe(Date.UTC(2026, 10, 20, 11, 58, 30, 500))
    expect(at({ completionDate: 12 })).toBe(Date.UTC(2026, 10, 20, 11, 59))
    expect(at({ completionDate: 'soon' })).toBe(Date.UTC(2026, 10, 20, 11, 59))
  })

  it.each([
    ['aws.rds', 'RDS DB Snapshot Event', 'arn:aws:rds:eu-central-1:1:snapshot:rds:appdb-2026', 'rds:appdb-2026'],
    ['aws.rds', 'RDS DB Cluster Snapshot Event', 'arn:aws:rds:eu-central-1:1:cluster-snapshot:final', 'final'],
    [
      'aws.backup',
      'Recovery Point State Change',
      'arn:aws:rds:eu-central-1:1:snapshot:awsbackup:job-1',
      'awsbackup:job-1',
    ],
    ['aws.rds', 'RDS DB Instance Event', 'arn:aws:rds:eu-central-1:1:db:appdb', null],
    ['aws.rds', 'RDS DB Snapshot Event', 'arn:aws:rds:eu-central-1:1:snapshot:a b&c', null],
  ])('%s, %s of %s names the snapshot %s', (source, type, arn, dbSnapshot) => {
    expect(bridge({ ...base, source, 'detail-type': type, resources: [arn] })).toMatchObject({ dbSnapshot })
  })

  it('of EC2 and RDS is of their snapshots', () => {
    const kinds = (source: string, type: string) => bridge({ ...base, source, 'detail-type': type })?.kinds
    expect(kinds('aws.ec2', 'EBS Snapshot Notification')).toEqual(['ebs'])
    expect(kinds('aws.ec2', 'EBS Multi-Volume Snapshots Completion Status')).toEqual(['ebs'])
    expect(kinds('aws.rds', 'RDS DB Snapshot Event')).toEqual(['rds'])
    expect(kinds('aws.rds', 'RDS DB Cluster Snapshot Event')).toEqual(['rds'])
    expect(kinds('aws.ec2', 'EC2 Instance State-change Notification')).toBeUndefined()
    expect(kinds('aws.s3', 'Object Created')).toBeUndefined()
    expect(kinds('me.backup', 'Backup Job State Change')).toBeUndefined()
  })

  it('may come by a topic, whose place stands in for what it does not say', () => {
    const { account: _, region: __, ...bare } = backup
    const read = bridge({ ...bare, 'detail-type': 'Backup Job State Change' }, topic)
    expect(read).toMatchObject({ account: '123456789012', region: 'eu-central-1' })
  })
})

describe('a message of AWS Backup', () => {
  const prose =
    'An AWS Backup job failed. Resource ARN : arn:aws:ec2:us-west-2:123456789012:volume/vol-0. BackupJob ID : 1b23'

  it('is prose, with a place in its topic or its ARN', () => {
    const attributes = { EventType: 'BACKUP_JOB', State: 'FAILED', AccountId: '111111111111' }
    expect(readEvent(prose, attributes, topic)).toEqual({
      id: null,
      account: '111111111111',
      region: 'eu-central-1',
      kinds: ['backup', 'ebs'],
      isOfLoss: false,
      dbSnapshot: null,
      happenedAt: AT,
      about: 'AWS Backup BACKUP_JOB FAILED',
    })
    expect(readEvent(prose, {}, nowhere)).toMatchObject({
      account: null,
      region: 'us-west-2',
      kinds: ['backup', 'ebs'],
    })
    expect(readEvent('x', attributes, topic)).toMatchObject({ kinds: ['backup'], isOfLoss: false })
    expect(readEvent('x', { EventType: 'RECOVERY_POINT_MODIFIED' }, topic)).toMatchObject({ isOfLoss: true })
    expect(readEvent('your order has been shipped', {}, topic)).toBeNull()
  })

  it('of an RDS event subscription is JSON of its own', () => {
    const text = JSON.stringify({
      'Event Source': 'db-instance',
      'Event Time': '2026-11-20 11:00:00.5',
      'Source ID': 'appdb',
      'Event Message': 'Backing up DB instance',
    })
    expect(readEvent(text, {}, topic)).toMatchObject({
      kinds: ['rds'],
      region: 'eu-central-1',
      happenedAt: Date.UTC(2026, 10, 20, 11, 0, 0, 500),
    })
    expect(readEvent('{"Event Source":"cache-cluster"}', {}, topic)).toBeNull()
    const of = (id: string) => JSON.stringify({ 'Event Source': 'db-snapshot', 'Source ID': id })
    expect(readEvent(of('rds:appdb-2026'), {}, topic)).toMatchObject({ dbSnapshot: 'rds:appdb-2026' })
    expect(readEvent(of('*, or what?'), {}, topic)).toMatchObject({ dbSnapshot: null })
  })
})

it('whatever is said, nothing breaks, and only what could be a scope comes of it', () => {
  const config = awsConfig.parse({ regions: ['eu-central-1'] })
  const value = fc.oneof(fc.jsonValue(), fc.string(), fc.constantFrom('../x', 'eu-central-1/../..', 'a\n', '__proto__'))
  const event = fc.record(
    {
      source: fc.oneof(fc.constantFrom('aws.backup', 'aws.rds', 'aws.ec2'), value),
      'detail-type': fc.oneof(fc.constantFrom('EBS Snapshot Notification', 'RDS DB x'), value),
      id: value,
      account: value,
      region: value,
      time: value,
      resources: value,
      detail: fc.oneof(
        value,
        fc.record({ state: value, resourceArn: value, resourceType: value, completionDate: value }),
      ),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(
      fc.oneof(
        event.map((given) => JSON.stringify(given)),
        fc.string(),
        fc.json(),
      ),
      fc.dictionary(fc.string(), fc.string()),
      (text, attributes) => {
        const read = readEvent(text, attributes, nowhere)
        if (!read) return
        expect(read.about.length).toBeLessThanOrEqual(200)
        for (const scope of scopesConcerned('prod', config, read))
          expect(scope).toMatch(/^prod\/(backup|rds|ebs):[a-z0-9-]+$/)
      },
    ),
    { numRuns: 2000 },
  )
})

describe('the scopes that are concerned', () => {
  const event = {
    id: null,
    account: '123456789012',
    region: 'eu-central-1',
    kinds: ['backup', 'ebs'],
    isOfLoss: false,
    dbSnapshot: null,
    happenedAt: null,
    about: '',
  }
  const of = (written: object, more: object = {}) =>
    scopesConcerned('prod', awsConfig.parse(written), { ...event, ...more })

  it('are named as those of the configuration are', () => {
    expect(of({})).toEqual(['prod/backup:eu-central-1', 'prod/ebs:eu-central-1'])
    const several = { accounts: [{ role_arn: 'arn:aws:iam::123456789012:role/x' }] }
    expect(of(several)).toEqual(['prod/backup:123456789012:eu-central-1', 'prod/ebs:123456789012:eu-central-1'])
    expect(of({ organization: true, role_name: 'x' })).toEqual(of(several))
  })

  it('are none of another account, or of no region', () => {
    expect(of({ role_arn: 'arn:aws:iam::123456789012:role/x' }, { account: '210987654321' })).toEqual([])
    expect(of({ role_arn: 'arn:aws:iam::123456789012:role/x' }, { account: null })).toHaveLength(2)
    expect(of({}, { region: null })).toEqual([])
    expect(of({ organization: true, role_name: 'x' }, { account: null })).toEqual([])
  })
})
