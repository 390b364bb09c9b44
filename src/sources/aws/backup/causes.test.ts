import { describe, expect, it } from 'vitest'
import { type CauseKind, causeOf, said } from './causes.ts'

const ROLE = 'arn:aws:iam::123456789012:role/service-role/AWSBackupDefaultServiceRole'
const of = (message: string | null, state = 'FAILED') => causeOf({ state, message, role: ROLE })

/** As AWS lists them ("reasons for problematic jobs"), and as jobs have been seen to have them. */
const KNOWN: [CauseKind, ...string[]][] = [
  [
    'permission',
    'You are not authorized to perform this operation.',
    'Access Denied trying to call AWS Backup service',
    'Customer credential miss permission to get bucket versioning for bucket.',
    'Access denied',
    'User: arn:aws:sts::123456789012:assumed-role/R/AWSBackup is not authorized to perform: rds:CreateDBSnapshot on resource: arn:aws:rds:eu-central-1:123456789012:db:appdb because no identity-based policy allows the rds:CreateDBSnapshot action',
    'IAM Role arn:aws:iam::123456789012:role/R cannot be assumed by AWS Backup',
    'Your backup job failed as AWS Backup does not have permission to describe resource arn:aws:s3:::x. Please review your IAM policies to ensure AWS Backup can protect your resources.',
    'Role is missing permission elasticfilesystem:Backup',
    'You are not authorized to perform this operation. Please consult the permissions associated with your AWS Backup role(s), and refer to the AWS Backup documentation for more details. Encoded authorization failure message: 5kO',
    'Insufficient privileges to perform this action.',
  ],
  [
    'key',
    'KMS key is either disabled or pending deletion or access to KMS key is denied',
    'Given key ID is not accessible',
    'AMI snapshot copy failed with error: Given key ID is not accessible. You must have DescribeKey permissions on the default key',
    'The source snapshot KMS key [arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab] does not exist, is not enabled or you do not have permissions to access it.',
    'Given key ID does not exist',
    'User is not authorized to perform: kms:GenerateDataKey on resource arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    'KMSInvalidStateException: arn:aws:kms:eu-central-1:123456789012:key/1 is pending deletion.',
    'Copy job failed because the destination Backup vault is encrypted with the default Backup service managed key. The contents of this vault cannot be copied. Only the contents of a Backup vault encrypted by an AWS KMS key may be copied.',
    "Snapshots encrypted with the AWS managed key can't be shared. Specify another snapshot.",
    'Encrypted snapshots with Amazon EBS default key cannot be shared',
  ],
  [
    'conflict',
    'Backup job failed because there was a running job for the same resource.',
    'Backup job could not start because it is either inside or too close to the weekly maintenance window configured for the resource',
    'Backup job could not start because it is either inside or too close to the automated backup window configured in RDS instance',
    'Instance is not in state: available',
    'DB instance appdb is not in the available state',
    'Cluster shop is not in available state',
    'Cannot snapshot volume vol-1 in state deleting',
    'Cannot create a snapshot because the database instance appdb is not currently in the available state.',
    'This operation is not valid for the specified hypervisor because it is not online',
  ],
  [
    'gone',
    'The specified volume was not found.',
    'The virtual machine is not found.',
    'Table not found.',
    'Bucket x does not exist',
    'Could not find resource arn:aws:ec2:eu-central-1:123456789012:instance/i-1',
    'Could not find cryopod',
    'Cannot find recovery point.',
    'resource not found',
    'The resource is no longer available',
  ],
  [
    'quota',
    'Subscriber limit exceeded: You have reached the maximum concurrent number of backups, which is 300. Wait until other jobs finish, and try again.',
    'Maximum allowed in-progress snapshots for a single volume exceeded.',
    'Maximum allowed active snapshot limit exceeded.',
    'Image creation throttled due to maximum number of concurrent snapshots on an EBS volume.',
    'Cannot create more than 20 user snapshots',
    'The resultant tag set must not have more than 50 user tags.',
    'You have reached the maximum supported backups for your account/database.',
    'You have reached your quota of 50,000 for the number of public and private images allowed in this Region.',
    'More than 50 tags specified',
    'There are too many copy jobs running for resource.',
  ],
  ['window', 'Backup job expired before completion.'],
  [
    'lock',
    'Copy job failed. The retention specified in the job is not within the range specified for the target Backup Vault.',
  ],
  [
    'organization',
    'Copy job failed. Both source and destination account must be a member of the same organization.',
    'Copy job failed. Cross-account copy feature is not enabled for the current organization.',
  ],
  [
    'consistency',
    'Windows VSS Backup attempt failed because either Instance or SSM Agent has invalid state or insufficient privileges.',
    'Windows VSS Backup attempt failed because of timeout on VSS enabled snapshot creation',
    'Windows VSS Backup Job Error encountered, trying for regular backup',
  ],
  [
    'continuous',
    'Enabling continuous backup failed, because of the following error: x',
    'Bucket versioning is not enabled',
  ],
  [
    'metadata',
    'Your backup succeeded, but we were unable to persist NetworkInterfaces metadata as its size exceeded our internal limits.',
    'We are unable to copy resource tags to your backup because source or destination recovery point is unavailable',
  ],
  [
    'unsupported',
    'Images from AWS Marketplace cannot be copied to another AWS account.',
    'Unsupported resource type',
    'The AWS Access Key Id needs a subscription for the service',
    'Copy job from us-west-2 to us-east-1 cannot be initiated for RDS resources. Feature is not supported for provided resource type.',
    'UnsupportedOperation : Storage Gateway backup copies require a user-created backup vault and key at destination.',
    'CreateSnapshot method not supported on hypervisor during snapshot creation. Aborted backup job',
    'The parameter x is invalid',
  ],
  [
    'internal',
    'An internal error occurred.',
    'Copy job encountered a fatal error. Please contact AWS Support for further assistance.',
    'Token expired. Try again.',
  ],
  ['unknown', 'Something new', ''],
]

describe('the cause', () => {
  it.each(KNOWN.flatMap(([kind, ...messages]) => messages.map((message) => [kind, message] as const)))(
    '%s: %s',
    (kind, message) => {
      const cause = of(message)
      expect(cause.kind).toBe(kind)
      expect(cause.words).toMatch(/^[A-Z].*\.$/)
    },
  )

  it('names the role and the action where AWS does', () => {
    const { words } = of(
      'User: arn:aws:sts::1:assumed-role/R/x is not authorized to perform: rds:CreateDBSnapshot on resource: y',
    )
    expect(words).toContain('AWS Backup may not rds:CreateDBSnapshot with the role AWSBackupDefaultServiceRole.')
    expect(words).toContain('or allow rds:CreateDBSnapshot')
    expect(
      of('x is not authorized to perform: ec2:CreateSnapshot with an explicit deny in a service control policy').words,
    ).toContain('policy of the organization')
    expect(of('x is not authorized to perform: ec2:CreateSnapshot with an explicit deny').words).toContain('explicitly')
    expect(of('cannot be assumed by AWS Backup').words).toContain('the role AWSBackupDefaultServiceRole')
    expect(causeOf({ state: 'FAILED', message: 'access denied', role: null }).words).toContain('its role')
  })

  it('names the key where AWS does', () => {
    const key = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'
    expect(of(`KMSInvalidStateException: ${key} is pending deletion.`).words).toContain(key)
    expect(of(`not authorized to perform: kms:CreateGrant on resource ${key}`).words).toContain(
      'allow it kms:CreateGrant',
    )
  })

  it('without a message is that of the state, or of its category', () => {
    expect(of(null, 'EXPIRED').kind).toBe('window')
    expect(of(null, 'ABORTED').words).toContain('stopped it')
    expect(of(null).kind).toBe('unknown')
    expect(causeOf({ state: 'COMPLETED', message: null, category: 'AccessDenied', role: ROLE }).kind).toBe('permission')
  })

  it('of a hostile message takes no time, and shows nothing that could harm', () => {
    const began = performance.now()
    for (const part of ['key ', 'disabled ', 'in state ', 'a', '\u202e', 'arn:aws:kms:']) of(part.repeat(100_000))
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(said('a\u001b[2Jb\n')).toBe(' AWS says: "a\\u001b[2Jb"')
    expect(said('x'.repeat(9999)).length).toBeLessThan(400)
    expect(said(null)).toBe('')
  })
})
