import type { UnsafeSetting } from '../../domain/unsafe-setting.ts'
import type { AwsConfig } from './config.ts'

const why = 'picks credentials of this machine, and may run the program that gives them'

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
export function unsafeSettings({ profile, accounts }: AwsConfig): UnsafeSetting[] {
  const found = (accounts ?? []).flatMap((account, index) =>
    account.profile === undefined ? [] : [{ path: ['accounts', index, 'profile'], why }],
  )
  return profile === undefined ? found : [{ path: ['profile'], why }, ...found]
}
