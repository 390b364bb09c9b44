import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { cloudFormation, iamPolicy, rolesOf, terraform, trustPolicy } from './policy.ts'

const permissions = [
  { action: 'ec2:DescribeVolumes', resource: '*' },
  { action: 'ec2:DescribeSnapshots', resource: '*' },
  { action: 's3:ListBucket', resource: 'arn:aws:s3:::dumps-${env}' },
  { action: 'GET', resource: 'https://example.com' },
  { action: 'sts:AssumeRole', resource: 'arn:aws:iam::123456789012:role/ops/backproof-read', isOfCaller: true },
]
const policy = iamPolicy(permissions) ?? { Version: '', Statement: [] }

describe('iamPolicy', () => {
  it('holds what the role itself needs in AWS, an action once, by resource', () => {
    expect(policy.Statement).toEqual([
      { Effect: 'Allow', Action: ['ec2:DescribeSnapshots', 'ec2:DescribeVolumes'], Resource: '*' },
      { Effect: 'Allow', Action: ['s3:ListBucket'], Resource: 'arn:aws:s3:::dumps-${env}' },
    ])
    expect(iamPolicy(permissions.slice(3))).toBeNull()
  })
})

describe('cloudFormation', () => {
  it('makes the role with both policies, and asks for who and for the external id', () => {
    const template = parse(cloudFormation(policy, rolesOf(permissions)))
    const { Type, Properties } = template.Resources.BackproofRead
    expect(Type).toBe('AWS::IAM::Role')
    expect(Properties.RoleName).toBe('backproof-read')
    expect(Properties.Policies[0].PolicyDocument).toEqual(policy)
    expect(Properties.AssumeRolePolicyDocument).toEqual(
      trustPolicy({ Ref: 'BackproofPrincipal' }, { Ref: 'ExternalId' }),
    )
    expect(Object.keys(template.Parameters)).toEqual(['BackproofPrincipal', 'ExternalId'])
  })

  it('keeps versions texts: as dates they are refused', () => {
    expect(cloudFormation(policy, [])).toContain('Version: "2012-10-17"')
    expect(parse(cloudFormation(policy, [])).Resources.BackproofRead).toEqual({
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { PolicyDocument: policy },
    })
  })
})

describe('terraform', () => {
  it('holds the same policies; what looks like a template is escaped, and variables are not texts', () => {
    const text = terraform(policy, rolesOf(permissions))
    const documents = [...text.matchAll(/jsonencode\((\{.*?\n {2}\})\)/gs)].map(([, body = '']) =>
      JSON.parse(body.replaceAll('$${', '${').replace(/: (var\.\w+)/g, ': "$1"')),
    )
    expect(documents).toEqual([trustPolicy('var.backproof_principal', 'var.backproof_external_id'), policy])
    expect(text).toContain('dumps-$${env}')
    expect(text).toContain('"AWS": var.backproof_principal')
    expect(terraform(policy, [])).toMatch(
      /^resource "aws_iam_policy" "backproof_read" \{\n {2}name {3}= "backproof-read"/,
    )
  })
})
