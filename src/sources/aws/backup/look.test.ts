import { expect, it } from 'vitest'
import { hours, MINUTE, REGION, START } from '../../../../test/fakes/aws-backup-look.ts'
import { ACCOUNT, startAws } from '../../../../test/fakes/aws-server.ts'
import { scanContext } from '../../../../test/fakes/scan.ts'
import { instant } from '../../../domain/instant.ts'
import { createAws } from '../index.ts'

it('a look that begins while another one is told does not share what that knows', async () => {
  const backup = { at: hours(0), points: [{ id: 'a1', vault: 'daily', of: 'vol-a', at: hours(-3) }] }
  const server = await startAws({ accounts: { [ACCOUNT]: { [REGION]: { backup, volumes: [{ id: 'vol-a' }] } } } })
  try {
    const source = createAws({ env: {} })
    const config = source.config.parse({
      endpoint: server.url,
      access_key_id: 'AKIATEST',
      secret_access_key: 'the secret of the test',
      regions: [REGION],
      checks: { backup: {} },
    })
    const [scope] = source.scopes('prod', config)
    if (!scope) throw new Error('there is no scope')
    const look = (minutes: number) =>
      source.scan(scope, config, scanContext({ now: instant(START + minutes * MINUTE) }))
    const points = () => server.requests.filter(({ action }) => action === 'ListRecoveryPointsByBackupVault').length
    const whole = async (minutes: number) => {
      const before = points()
      for await (const one of look(minutes)) if (one.kind === 'scope-failed') throw new Error(one.fault.message)
      return points() - before
    }
    for await (const first of look(0)) {
      expect(first.kind).toBe('resource')
      expect(await whole(1)).toBe(1)
      break
    }
    // what the last of them knows is kept
    expect(await whole(2)).toBe(0)
  } finally {
    await server.stop()
  }
})
