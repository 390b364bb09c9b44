import { expect, test } from 'vitest'
import { awsConfig } from './config.ts'
import { unsafeSettings } from './unsafe.ts'

const ROLE = 'arn:aws:iam::123456789012:role/backproof-read'

test.each([
  [{ role_arn: ROLE }, []],
  [{ access_key_id: 'a', secret_access_key: 'b' }, []],
  [{ profile: 'admin' }, ['profile']],
  [{ accounts: [{ role_arn: ROLE }, { id: '210987654321', profile: 'admin' }] }, ['accounts.1.profile']],
])('%j', (config, paths) => {
  expect(unsafeSettings(awsConfig.parse(config)).map(({ path }) => path.join('.'))).toEqual(paths)
})
