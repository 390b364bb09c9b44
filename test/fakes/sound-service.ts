import type { ConfiguredService } from '../../src/config/config.ts'
import { instant } from '../../src/domain/instant.ts'
import { NOWHERE, type Service } from '../../src/domain/service.ts'
import { HOUR, START } from './estate-instance.ts'
import { aCopy, aService } from './services.ts'

/** Nothing can be said against it but what a test puts in: its copies are proven by fleet/near and fleet/far. */
export const soundService = (name: string, parts: Partial<Service> = {}): ConfiguredService => ({
  ...aService(name, {
    tier: 1,
    owner: 'ann',
    rpoMs: 24 * HOUR,
    rtoMs: 2 * HOUR,
    database: false,
    labels: { env: 'prod' },
    production: { ...NOWHERE, site: 'dc-a', medium: 'disk' },
    retention: { last: 1, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 },
    keys: [
      { name: 'main', holders: ['ann'], where: null, lastRehearsedAt: instant(START), rehearseEveryMs: 8760 * HOUR },
    ],
    copies: [
      aCopy({ type: 'nas', check: 'fleet/near', site: 'dc-a', medium: 'nas', encryption: 'restic' }),
      aCopy({ type: 's3', check: 'fleet/far', site: 'dc-b', medium: 's3', encryption: 'restic', immutable: true }),
    ],
    ...parts,
  }),
  at: { file: 'backproof.yaml', line: 1, column: 1 },
})
