import type { AwsRefusal, AwsRequest, FakeRegion } from './aws-estate.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html */
export function answerKms({ action, body }: AwsRequest, region: FakeRegion): string | AwsRefusal {
  if (action !== 'DescribeKey') return { code: 'UnknownOperationException' }
  const { KeyId }: { KeyId: string } = JSON.parse(body)
  const key = region.keys?.[KeyId]
  if (!key) return { code: 'NotFoundException', message: `Key '${KeyId}' does not exist` }
  const { state = 'Enabled', deletedAt, expiresAt, manager = 'CUSTOMER' } = key
  const seconds = (at: string | undefined) => (at === undefined ? undefined : Date.parse(at) / 1000)
  return JSON.stringify({
    KeyMetadata: {
      AWSAccountId: KeyId.split(':')[4],
      Arn: KeyId,
      KeyId: KeyId.split('/').at(-1),
      CreationDate: 1_700_000_000,
      Enabled: state === 'Enabled',
      KeyState: state,
      KeyManager: manager,
      Origin: expiresAt === undefined ? 'AWS_KMS' : 'EXTERNAL',
      DeletionDate: seconds(deletedAt),
      ...(expiresAt === undefined ? {} : { ValidTo: seconds(expiresAt), ExpirationModel: 'KEY_MATERIAL_EXPIRES' }),
    },
  })
}
