import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { systemClock } from '../../lib/clock.ts'
import { openAccount } from './account.ts'
import { ownAccount, partitionOf } from './account-config.ts'
import { awsConfig } from './config.ts'
import { aws } from './index.ts'
import { partsOf, placeOf, placesOf } from './places.ts'
import { maxAgeMsOf, ownThreshold } from './thresholds.ts'

const ONE = '123456789012'
const TWO = '210987654321'
const HOUR = 3_600_000
const role = (account: string) => `arn:aws:iam::${account}:role/read`
const problems = (written: unknown) => awsConfig.safeParse(written).error?.issues.map(({ message }) => message) ?? []
const names = (written: unknown, memories?: (scope: string) => unknown) =>
  aws.scopes('prod', awsConfig.parse(written), memories).map(({ name }) => name)

it.each([
  [{ accounts: [{ role_arn: `arn:aws-cn:iam::${ONE}:role/read` }] }, 'aws-cn', 'cn-north-1'],
  [{ accounts: [{ id: ONE, profile: 'gov', regions: ['us-gov-east-1'] }] }, 'aws-us-gov', 'us-gov-east-1'],
  [{ role_arn: `arn:aws-us-gov:iam::${ONE}:role/read` }, 'aws-us-gov', 'us-gov-west-1'],
  [{ regions: ['cn-northwest-1'] }, 'aws-cn', 'cn-northwest-1'],
  [{ accounts: [{ role_arn: role(ONE) }] }, 'aws', 'us-east-1'],
])('%j is of the partition %s, and asked at home in %s', (written, partition, home) => {
  const config = awsConfig.parse(written)
  const [place] = placesOf('prod', config).flatMap(({ place: one }) => ('account' in one ? one.account : []))
  if (!place) throw new Error('it has no account')
  expect([partitionOf(config), openAccount(config, place, { clock: systemClock, env: {} }).homeRegion]).toEqual([
    partition,
    home,
  ])
})

describe('scopes', () => {
  it('are known at once where the regions are listed', () => {
    expect(names({ regions: ['eu-central-1', 'eu-west-1', 'eu-west-1'] })).toEqual([
      'rds:eu-central-1',
      'ebs:eu-central-1',
      'rds:eu-west-1',
      'ebs:eu-west-1',
    ])
    expect(names({ regions: ['eu-central-1'], checks: { ebs: {} } })).toEqual(['ebs:eu-central-1'])
    expect(names({ regions: ['eu-central-1'], checks: { backup: {} } })).toEqual(['backup:eu-central-1'])
  })

  it('come from the regions that were found', () => {
    const memories = (scope: string) => (scope === 'prod/regions' ? { regions: ['eu-west-1'] } : null)
    expect(names({})).toEqual(['regions'])
    expect(names({ checks: { rds: {} } }, memories)).toEqual(['regions', 'rds:eu-west-1'])
    for (const memory of [0, 'nonsense', [], { regions: 'all' }, { regions: [1] }])
      expect(names({}, () => memory)).toEqual(['regions'])
  })

  it('name the account where there are several', () => {
    const accounts = [
      { role_arn: role(ONE), regions: ['eu-west-1'] },
      { id: TWO, profile: 'two' },
    ]
    const memories = (scope: string) => (scope === `prod/regions:${TWO}` ? { regions: ['us-east-1'] } : null)
    expect(names({ accounts, checks: { rds: {} } }, memories)).toEqual([
      `rds:${ONE}:eu-west-1`,
      `regions:${TWO}`,
      `rds:${TWO}:us-east-1`,
    ])
  })

  it('come from the accounts that the organization has', () => {
    const written = { organization: true, role_name: 'read', checks: { rds: {} } }
    const known: Record<string, unknown> = {
      'prod/organization': { accounts: [ONE, TWO] },
      [`prod/regions:${ONE}`]: { regions: ['eu-west-1'] },
    }
    expect(names(written)).toEqual(['organization'])
    expect(names(written, (scope) => known[scope])).toEqual([
      'organization',
      `regions:${ONE}`,
      `rds:${ONE}:eu-west-1`,
      `regions:${TWO}`,
    ])
  })

  it('stand for the same by their name alone', () => {
    for (const written of [
      {},
      { accounts: [{ role_arn: role(ONE) }, { id: TWO, profile: 'two', regions: ['us-east-1'] }] },
      { organization: true, role_name: 'read' },
    ]) {
      const config = awsConfig.parse(written)
      const memories = (scope: string) =>
        scope === 'prod/organization' ? { accounts: [ONE] } : { regions: ['eu-west-1'] }
      for (const { place, ...scope } of placesOf('prod', config, memories))
        expect(placeOf(scope, config)).toEqual(place)
      for (const { place, name } of placesOf('prod', config, memories)) {
        const parts = partsOf(name)
        expect(parts && { ...parts, account: parts.account ?? ownAccount(config).id }).toEqual(
          'region' in place ? { kind: place.kind, account: place.account.id, region: place.region } : null,
        )
      }
      for (const name of ['rds', 'rds:', 'backup', 'kms:eu-west-1', '', 'regions:1'])
        expect(placeOf({ id: `prod/${name}`, source: 'prod', name }, config)).toBeNull()
    }
  })
})

describe('thresholds', () => {
  const config = awsConfig.parse({ max_age: '9h', checks: { rds: { max_age: '30h', pitr_max_age: '1h' }, ebs: {} } })
  it.each([
    ['prod/rds:eu-west-1/appdb', 'rds.max_age', 30],
    ['prod/rds:eu-west-1/appdb/pitr', 'rds.pitr_max_age', 1],
    [`prod/rds:${ONE}:eu-west-1/cluster:shop/pitr`, 'rds.pitr_max_age', 1],
  ])('of %s', (check, from, hours) => {
    expect(ownThreshold('prod', config, check)).toMatchObject({
      setting: { max_age: hours * HOUR },
      from: `sources.prod.checks.${from}`,
      general: true,
    })
  })
  it('of what AWS Backup protects are those of backup, whatever its ARN is like', () => {
    const own = awsConfig.parse({ checks: { backup: { schedule: '30 2 * * *' } } })
    expect(ownThreshold('prod', own, 'prod/backup:eu-west-1/arn:aws:rds:eu-west-1:1:db:x/pitr')).toMatchObject({
      from: 'sources.prod.checks.backup.schedule',
    })
  })
  it.each(['prod/ebs:eu-west-1/vol-1', 'prod/regions', 'prod/', 'prod/constructor', 'prod'])(
    'of %s: none of its own',
    (check) => {
      expect(ownThreshold('prod', config, check)).toBeNull()
    },
  )
  it('of volumes decide what is listed first', () => {
    expect(maxAgeMsOf('ebs', config)).toBe(9 * HOUR)
    expect(maxAgeMsOf('ebs', awsConfig.parse({}))).toBe(168 * HOUR)
    expect(maxAgeMsOf('backup', awsConfig.parse({}))).toBe(33 * HOUR)
    expect(maxAgeMsOf('ebs', awsConfig.parse({ checks: { ebs: { expected_frequency_hours: 24 } } }))).toBe(24 * HOUR)
  })
})

describe('permissions', () => {
  const actions = (written: object) => aws.permissions(awsConfig.parse(written)).map(({ action }) => action)
  it('are those of the checks in use', () => {
    expect(actions({ regions: ['eu-west-1'], checks: { ebs: {} } })).toEqual([
      'ec2:DescribeVolumes',
      'ec2:DescribeSnapshots',
    ])
    expect(actions({ checks: { rds: {} }, role_arn: role(ONE) })).toEqual([
      'ec2:DescribeRegions',
      'rds:DescribeDBInstances',
      'rds:DescribeDBClusters',
      'rds:DescribeDBSnapshots',
      'rds:DescribeDBClusterSnapshots',
      'rds:DescribeEvents',
      'sts:AssumeRole',
    ])
    const backup = actions({ regions: ['eu-west-1'], checks: { backup: {} } })
    expect(backup).toHaveLength(new Set(backup).size)
    const withoutJobs = actions({ regions: ['eu-west-1'], checks: { backup: { jobs: false } } })
    expect(backup).toContain('backup:DescribeBackupJob')
    expect(withoutJobs.filter((action) => /Job/.test(action))).toEqual([])
    expect(actions({ organization: true, role_name: 'read', checks: { ebs: {} } })[0]).toBe(
      'organizations:ListAccounts',
    )
  })
})

it.each([
  [{ accounts: [{ id: ONE }] }, 'how is it entered? give role_arn, profile, or the role_name of all'],
  [{ accounts: [{ profile: 'x' }] }, 'which account is it? give id, or role_arn'],
  [{ accounts: [{ role_arn: role(ONE) }, { id: ONE, profile: 'x' }] }, `the account ${ONE} is there twice`],
  [{ accounts: [{ role_arn: role(ONE), id: TWO }] }, 'not the account of its role_arn'],
  [{ role_arn: role(ONE), accounts: [{ role_arn: role(TWO) }] }, 'each of the accounts has its own: write it there'],
  [{ organization: true }, 'which role has each account? give role_name (as in OrganizationAccountAccessRole)'],
  [{ role_name: 'x' }, 'role_name is for accounts or organization; of one account give role_arn'],
  [
    { role_arn: 'arn:aws:iam::1:role/x' },
    'not the ARN of a role: write it as in arn:aws:iam::123456789012:role/backproof-read',
  ],
  [{ regions: 'eu-west-1' }, 'not a list of regions: write all, or [eu-central-1, ...]'],
  [{ regions: ['Frankfurt'] }, 'not a region: write it as in eu-central-1'],
  [{ checks: {} }, 'there is nothing to look at: give rds, ebs, backup, s3_dumps'],
  [{ checks: { ebs: { exclude: [{}] } } }, 'it says of nothing which resources are meant: give name, tag, ...'],
  [{ checks: { ebs: { exclude: [{ value: 'no' }] } } }, 'a value of which tag? give tag too'],
  [{ access_key_id: 'AKIA' }, 'access_key_id and secret_access_key go together'],
])('%j: %s', (written, message) => {
  expect(problems(written)).toContain(message)
})

it('the readme tells of each setting', () => {
  const readme = readFileSync(join(import.meta.dirname, 'readme.md'), 'utf8')
  const keys = (schema: unknown): string[] =>
    schema instanceof z.ZodObject
      ? Object.entries(schema.shape).flatMap(([key, value]) => [key, ...keys(value)])
      : schema instanceof z.ZodOptional || schema instanceof z.ZodArray
        ? keys(schema.unwrap())
        : []
  const all = keys(awsConfig)
  expect(all.length).toBeGreaterThan(40)
  for (const key of all) expect(readme).toMatch(new RegExp(`\`${key}[\`:]|^\\s*(?:- )?${key}:`, 'm'))
})
