import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NOW } from '../../test/fakes/notification.ts'
import { aCopy, aDrill, aProof, aService } from '../../test/fakes/services.ts'
import { NOWHERE, type Service } from '../domain/service.ts'
import { surveyEstate } from '../evaluation/services/estate.ts'
import type { ProvingCheck } from '../evaluation/services/proving-check.ts'
import { LOSS_KINDS, type Loss, parseLoss } from './loss.ts'
import { indexLosses } from './loss-index.ts'
import { FATES, rankLosses, simulate } from './simulate.ts'

const HOUR = 3_600_000
const at = (site: string) => ({ ...NOWHERE, site })

/** dns <- db <- shop: dc-a holds all of production; the cloud has copies of db and dns, none of shop. */
function estate(
  more: Partial<Record<'dns' | 'db' | 'shop', Partial<Service>>> = {},
  drills = [aDrill('db', { rtaMs: HOUR / 2 })],
) {
  const cloud = { provider: 'aws', account: '1', region: 'eu', credential: 'cloud-key' }
  return surveyEstate({
    services: [
      aService('shop', {
        tier: 2,
        dependsOn: ['db'],
        production: at('dc-a'),
        rtoMs: 2 * HOUR,
        copies: [aCopy({ type: 'nas', check: 'nas/shop', site: 'dc-a', medium: 'nas' })],
        ...more.shop,
      }),
      aService('db', {
        tier: 1,
        dependsOn: ['dns'],
        production: at('dc-a'),
        rpoMs: HOUR,
        copies: [
          aCopy({ type: 'nas', check: 'nas/db', site: 'dc-a', medium: 'nas' }),
          aCopy({ type: 's3', check: 's3/db', ...cloud, keys: ['gpg'] }),
        ],
        ...more.db,
      }),
      aService('dns', {
        tier: 1,
        production: at('dc-a'),
        copies: [aCopy({ type: 's3', check: 's3/dns', ...cloud })],
        ...more.dns,
      }),
    ],
    checks: [
      aProof('nas/shop'),
      aProof('nas/db', { ageHours: 1 }),
      aProof('s3/db', { ageHours: 3, immutability: { how: 'object lock', until: null } }),
      aProof('s3/dns'),
    ],
    drills,
  })
}

const lose = (...texts: string[]) => texts.map((text) => parseLoss(text) ?? { kind: 'site' as const, value: '?' })
const fatesAfter = (...texts: string[]) =>
  Object.fromEntries(simulate(estate(), lose(...texts), NOW).fates.map(({ service, fate }) => [service, fate]))

describe('what is lost', () => {
  it.each<[string[], Record<string, string>]>([
    [[], {}],
    [['site:dc-a'], { shop: 'gone', db: 'restorable', dns: 'restorable' }],
    [['account:1'], { db: 'running', dns: 'running' }],
    [['site:dc-a', 'account:1'], { shop: 'gone', db: 'gone', dns: 'gone' }],
    [['medium:nas'], { db: 'running', shop: 'running' }],
    [['service:shop'], { shop: 'restorable' }],
    [['service:shop', 'check:nas/shop'], { shop: 'gone' }],
    [['check:s3/db'], { db: 'running' }],
    [['key:gpg', 'site:dc-a'], { shop: 'gone', db: 'gone', dns: 'restorable' }],
    // what is seen to be locked survives whoever holds the credential
    [['credential:cloud-key', 'site:dc-a'], { shop: 'gone', dns: 'gone', db: 'restorable' }],
    [['region:nowhere'], {}],
  ])('%s', (losses, fates) => {
    expect(fatesAfter(...losses)).toEqual(fates)
  })

  it('names what nothing is called like', () => {
    expect(simulate(estate(), lose('region:nowhere', 'account:1'), NOW).strangers).toEqual(['region:nowhere'])
  })

  it('says from what a service comes back, with what loss, and in which order', () => {
    const simulation = simulate(estate(), lose('site:dc-a'), NOW)
    expect(simulation.fates.find(({ service }) => service === 'db')).toMatchObject({
      from: { copy: 's3', standing: 'proven' },
      lossMs: 3 * HOUR,
      breaksRpo: true,
      lostCopies: ['nas'],
    })
    expect(simulation.recovery).toEqual([
      { service: 'dns', wave: 1, waitsFor: [], blockedBy: [], takes: { ms: null, from: 'unknown', drill: null } },
      {
        service: 'db',
        wave: 2,
        waitsFor: ['dns'],
        blockedBy: [],
        takes: { ms: HOUR / 2, from: 'drill', drill: expect.objectContaining({ id: 'drill of db' }) },
      },
    ])
    expect(simulation.critical).toEqual({ path: ['dns', 'db'], totalMs: HOUR / 2, unknown: ['dns'] })
    expect(simulation.summary).toEqual({ untouched: 0, running: 0, restorable: 2, unknown: 0, gone: 1 })
  })

  it('names who waits for what is down, and who is held up by what is gone', () => {
    const simulation = simulate(estate(), lose('service:dns', 'check:s3/dns'), NOW)
    expect(simulation.waiting).toEqual([
      { service: 'db', on: ['dns'] },
      { service: 'shop', on: ['db'] },
    ])
    const held = simulate(estate(), lose('service:dns', 'check:s3/dns', 'service:shop', 'service:db'), NOW)
    expect(held.recovery.map(({ service, blockedBy }) => [service, blockedBy])).toEqual([
      ['db', ['dns']],
      ['shop', ['db']],
    ])
  })

  it('takes production for lost where nobody says where it is, and a copy is hit', () => {
    const unsaid = estate({ shop: { production: NOWHERE } })
    expect(simulate(unsaid, lose('medium:nas'), NOW).fates[0]).toMatchObject({
      service: 'shop',
      fate: 'gone',
      assumed: true,
    })
    expect(simulate(unsaid, lose('account:1'), NOW).fates.map(({ service }) => service)).not.toContain('shop')
  })

  it('never calls what is not proven restorable', () => {
    const hoped = estate({ shop: { copies: [aCopy({ type: 'tape' })] } })
    expect(simulate(hoped, lose('service:shop'), NOW).fates[0]).toMatchObject({
      fate: 'unknown',
      from: { copy: 'tape', standing: 'unknown', recoverableTo: null },
      breaksRpo: null,
    })
  })

  it('ranks all single losses by their damage', () => {
    const ranked = rankLosses(estate(), NOW)
    expect(ranked[0]).toMatchObject({ loss: 'site:dc-a', summary: { gone: 1, restorable: 2 }, worstLossMs: 3 * HOUR })
    expect(ranked.map(({ loss }) => loss)).toEqual(
      expect.arrayContaining(['account:1', 'medium:nas', 'key:gpg', 'service:dns', 'check:nas/shop']),
    )
    expect(ranked.find(({ loss }) => loss === 'medium:nas')).toMatchObject({ bare: 1 })
  })
})

it.each([
  ['account:1234', { kind: 'account', value: '1234' }],
  ['check:fleet/a:b', { kind: 'check', value: 'fleet/a:b' }],
  ['site: dc-a', { kind: 'site', value: 'dc-a' }],
  ['planet:earth', null],
  ['account', null],
  ['account:', null],
  ['', null],
])('%j is read as %j', (text, loss) => {
  expect(parseLoss(text)).toEqual(loss)
})

describe('whatever the estate', () => {
  const name = fc.integer({ min: 0, max: 5 }).map((n) => `s${n}`)
  const part = fc.option(fc.constantFrom('x', 'y'), { nil: null })
  const domain = fc.record({ provider: part, account: part, region: part, site: part, medium: part, credential: part })
  const services = fc.uniqueArray(
    fc
      .record({
        name,
        tier: fc.option(fc.integer({ min: 1, max: 3 })),
        dependsOn: fc.array(name, { maxLength: 3 }),
        production: domain,
        copies: fc.array(
          fc
            .record({
              check: fc.option(fc.constantFrom('c/0', 'c/1', 'c/2', 'd/*')),
              keys: fc.subarray(['x', 'y']),
              domain,
            })
            .map(({ domain, ...parts }) => ({ ...aCopy(parts), domain })),
          { maxLength: 3 },
        ),
      })
      .map(({ name, ...parts }) => aService(name, parts)),
    { selector: (service) => service.name, maxLength: 6 },
  )
  const checks: fc.Arbitrary<ProvingCheck[]> = fc
    .tuple(
      ...['c/0', 'c/1', 'c/2', 'd/0'].map((id) =>
        fc.tuple(fc.constant(id), fc.integer({ min: 0, max: 50 }), fc.boolean()),
      ),
    )
    .map((all) =>
      all.map(([id, ageHours, locked]) =>
        aProof(id, {
          ...(ageHours === 0 ? { facts: { newestGood: null } } : { ageHours }),
          immutability: locked ? { how: 'lock', until: null } : undefined,
        }),
      ),
    )
  const loss: fc.Arbitrary<Loss> = fc
    .constantFrom(...LOSS_KINDS)
    .chain((kind) =>
      (kind === 'service'
        ? name
        : kind === 'check'
          ? fc.constantFrom('c/0', 'c/1', 'd/0')
          : fc.constantFrom('x', 'y')
      ).map((value) => ({ kind, value })),
    )

  it('nothing lost loses nothing', () => {
    fc.assert(
      fc.property(services, checks, (all, proofs) => {
        const simulation = simulate(surveyEstate({ services: all, checks: proofs, drills: [] }), [], NOW)
        expect(simulation).toMatchObject({ fates: [], recovery: [], waiting: [], summary: { untouched: all.length } })
      }),
    )
  })

  it('losing more never saves more', () => {
    fc.assert(
      fc.property(services, checks, fc.array(loss, { maxLength: 4 }), loss, (all, proofs, losses, another) => {
        const whole = surveyEstate({ services: all, checks: proofs, drills: [] })
        const [less, more] = [simulate(whole, losses, NOW), simulate(whole, [...losses, another], NOW)]
        const after = new Map(more.fates.map((fate) => [fate.service, fate]))
        for (const before of less.fates) {
          const now = after.get(before.service)
          expect(FATES.indexOf(now?.fate ?? 'untouched')).toBeGreaterThanOrEqual(FATES.indexOf(before.fate))
          if (now?.fate === before.fate && before.lossMs !== null && now.lossMs !== null)
            expect(now.lossMs).toBeGreaterThanOrEqual(before.lossMs)
        }
        const comes = (one: typeof less) =>
          one.recovery.filter(({ blockedBy }) => blockedBy.length === 0).map(({ service }) => service)
        const up = new Set(
          less.fates.filter(({ fate }) => fate !== 'running' && fate !== 'untouched').map(({ service }) => service),
        )
        // whatever comes back after the greater loss was up, or came back, after the smaller
        for (const service of comes(more)) expect(!up.has(service) || comes(less).includes(service)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('a single loss is ranked by what its simulation says', () => {
    fc.assert(
      fc.property(services, checks, (all, proofs) => {
        const whole = surveyEstate({ services: all, checks: proofs, drills: [] })
        const index = indexLosses(whole)
        for (const { loss: text, summary } of rankLosses(whole, NOW, index)) {
          const { untouched: _, ...rest } = simulate(whole, lose(text), NOW, index).summary
          expect(rest).toEqual(summary)
        }
      }),
    )
  })
})
