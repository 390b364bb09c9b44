import { z } from 'zod'
import { bytes, duration, httpUrl, secret, secretUrl, text } from '../../src/lib/fields.ts'
import type { Notifier } from '../../src/notifications/notifier.ts'
import { type PullSource, thresholdFields, thresholdOf } from '../../src/sources/source.ts'

const shelfConfig = z.strictObject({
  url: text().describe('Where the shelf stands'),
  mode: z.enum(['full', 'fast']).optional(),
  password: secret().optional(),
  max_age: duration().optional(),
  min_size: bytes().optional(),
  deep: z.boolean().optional(),
  env: z.record(z.string(), secret()).optional(),
  boxes: z.record(z.string(), z.strictObject({ ...thresholdFields, push_url: secretUrl().optional() })),
})

/** A kind of source that reads nothing: for tests of what stands around sources. */
export const shelf: PullSource<z.output<typeof shelfConfig>> = {
  type: 'shelf',
  defaultMaxAgeMs: 24 * 3_600_000,
  defaultEveryMs: 15 * 60_000,
  config: shelfConfig,
  scopes: (name, config) => Object.keys(config.boxes).map((box) => ({ id: `${name}/${box}`, source: name, name: box })),
  threshold(name, config, check) {
    const box = check.slice(name.length + 1)
    const settings = config.boxes[box]
    return settings ? thresholdOf(settings, `sources.${name}.boxes.${box}`) : null
  },
  unsafe: () => [],
  permissions: () => [],
  async *scan(scope) {
    yield { kind: 'scope-complete', scope: scope.id, points: 'all' }
  },
}

const hornConfig = z.strictObject({ url: secretUrl(), title: text().optional(), page: httpUrl().optional() })

/** A kind of channel that tells nobody. */
export const horn: Notifier<z.output<typeof hornConfig>> = {
  type: 'horn',
  config: hornConfig,
  unsafe: () => [],
  address: () => 'the horn',
  send: async () => ({ outcome: 'delivered' }),
}
