import { plus } from '../../src/domain/instant.ts'
import type { ServiceFinding } from '../../src/domain/service-finding.ts'
import { NOW } from './notification.ts'
import type { Change } from './service-findings.ts'
import { aCopy, aDrill, aSoundService } from './services.ts'

const DAY = 24 * 3_600_000
const FAILED_LOOK = { outcome: 'failed', fault: { kind: 'denied', message: 'no', advice: null }, tries: 1 } as const
const NOTHING = { newestGood: null, pointCount: 0 } as const

const [NAS, S3] = aSoundService().service.copies
/** The copies of the sound service, one of them changed. */
export const copyOf = (change: Partial<NonNullable<typeof NAS>>, which: 0 | 1 = 1) =>
  (which === 0 ? [{ ...NAS, ...change }, S3] : [NAS, { ...S3, ...change }]).map((one) => ({ ...aCopy(), ...one }))
const inDomain = (parts: Parameters<typeof aCopy>[0]) => aCopy(parts).domain

export type RuleCase = [rule: string, what: string, change: Change, outcome: ServiceFinding['outcome'], words: RegExp]

/** What the rules about copies say: how many there are, where, and who can read or destroy them. */
export const COPY_CASES: readonly RuleCase[] = [
  ['copies', 'none is declared', { service: { copies: [] } }, 'fail', /^No backup copy is declared/],
  [
    'copies',
    'one is not there',
    { far: { facts: NOTHING } },
    'fail',
    /there are 2 copies.*Not there: s3: far\/shop has no good/,
  ],
  [
    'copies',
    'one has no proof',
    { service: { copies: copyOf({ check: null }) } },
    'unknown',
    /s3 \(no check proves it\)/,
  ],
  [
    'copies',
    'one names a check that is not there',
    { service: { copies: copyOf({ check: 'far/x' }) } },
    'unknown',
    /there is no check far\/x/,
  ],
  [
    'copies',
    'one could not be read',
    { far: { look: FAILED_LOOK } },
    'unknown',
    /far\/shop could not be read; what is known is from/,
  ],
  [
    'copies',
    'only the job of one reports',
    { far: { type: 'heartbeat' } },
    'unknown',
    /nothing looks at what it wrote/,
  ],
  [
    'copies',
    'both have the same proof',
    { service: { copies: copyOf({ check: 'near/shop' }) } },
    'fail',
    /there are 2 copies/,
  ],
  [
    'copies',
    'all on one system',
    {
      service: {
        production: inDomain({ medium: 'san' }),
        copies: [aCopy({ check: 'near/shop', medium: 'san' }), aCopy({ check: 'far/shop', medium: 'san' })],
      },
    },
    'fail',
    /on one system/,
  ],
  [
    'copies',
    'nothing says where they are',
    { service: { production: inDomain({}), copies: [aCopy({ check: 'near/shop' }), aCopy({ check: 'far/shop' })] } },
    'unknown',
    /does not tell/,
  ],
  ['off-site', 'the copy that was far is gone', { far: { facts: NOTHING } }, 'fail', /in one site \(dc-a\)/],
  [
    'off-site',
    'it hangs on a copy that is not known',
    { service: { copies: copyOf({ check: null }) } },
    'unknown',
    /hangs on/,
  ],
  [
    'off-site',
    'one credential reaches all',
    {
      service: {
        production: inDomain({ site: 'dc-a', credential: 'root' }),
        copies: copyOf({ domain: inDomain({ region: 'x', credential: 'root' }) }).slice(1),
      },
    },
    'fail',
    /one credential \(root\)/,
  ],
  [
    'immutability',
    'it is declared only',
    { far: { immutability: undefined }, service: { copies: copyOf({ immutable: true }) } },
    'unknown',
    /s3 \(immutable\): so it is declared/,
  ],
  [
    'immutability',
    'one is offline, they say',
    { far: { immutability: undefined }, service: { copies: copyOf({ offline: true }, 0) } },
    'unknown',
    /nas \(offline\)/,
  ],
  ['immutability', 'none is', { far: { immutability: undefined } }, 'fail', /^No copy is/],
  [
    'immutability',
    'the lock has ended',
    { far: { immutability: { how: 'object lock', until: plus(NOW, -1) } } },
    'fail',
    /^No copy is/,
  ],
  ['copies-strict', 'it is not asked for', {}, 'not-applicable', /3-2-1/],
  ['copies-strict', 'all is well', { service: { standard: '3-2-1-1-0' } }, 'pass', /verified without errors/],
  ['copies-strict', 'never drilled', { service: { standard: '3-2-1-1-0' }, drills: [] }, 'unknown', /No restore/],
  [
    'copies-strict',
    'restored, not verified',
    { service: { standard: '3-2-1-1-0' }, drills: [aDrill('shop', { outcome: 'restored' })] },
    'fail',
    /no further than "restored"/,
  ],
  [
    'copies-strict',
    'a job fails',
    { service: { standard: '3-2-1-1-0' }, near: { judgement: { status: 'failed' } } },
    'fail',
    /job of near\/shop failed/,
  ],
  [
    'copies-strict',
    'nothing is locked',
    { service: { standard: '3-2-1-1-0' }, far: { immutability: undefined } },
    'fail',
    /^No copy is/,
  ],
  [
    'encryption',
    'one is plain',
    { far: { type: 's3-dump' }, service: { copies: copyOf({ encryption: 'none' }) } },
    'fail',
    /Not encrypted: s3/,
  ],
  ['encryption', 'nobody says', { far: { type: 's3-dump' } }, 'unknown', /whether these are encrypted: s3/],
  [
    'encryption',
    'it is declared',
    { far: { type: 's3-dump' }, service: { copies: copyOf({ encryption: 'sse-kms' }) } },
    'pass',
    /2 copies/,
  ],
  [
    'key-access',
    'no holders',
    { service: { keys: [{ name: 'main', holders: [], where: null, lastRehearsedAt: NOW, rehearseEveryMs: DAY }] } },
    'fail',
    /Nobody is named who holds main/,
  ],
  [
    'key-access',
    'never tried',
    { service: { keys: [{ name: 'main', holders: ['a'], where: null, lastRehearsedAt: null, rehearseEveryMs: DAY }] } },
    'fail',
    /Nobody has ever tried/,
  ],
  [
    'key-access',
    'tried long ago',
    {
      service: {
        keys: [
          { name: 'main', holders: ['a'], where: null, lastRehearsedAt: plus(NOW, -2 * DAY), rehearseEveryMs: DAY },
        ],
      },
    },
    'fail',
    /main, due 2026-11-19T12:00:00Z/,
  ],
  [
    'key-access',
    'a copy takes another',
    { service: { copies: copyOf({ keys: ['other'] }) } },
    'fail',
    /takes the key other/,
  ],
  [
    'domains',
    'declared elsewhere than it is',
    { far: { resource: { region: 'us-east-1' } } },
    'fail',
    /s3 is in region us-east-1 \(far\/shop\), not eu-central-1/,
  ],
]
