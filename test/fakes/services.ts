import type { Drill } from '../../src/domain/drill.ts'
import type { PointSummary } from '../../src/domain/facts.ts'
import { plus } from '../../src/domain/instant.ts'
import { NOWHERE, type Service, type ServiceCopy } from '../../src/domain/service.ts'
import { type ServiceView, surveyEstate } from '../../src/evaluation/services/estate.ts'
import type { ProvingCheck } from '../../src/evaluation/services/proving-check.ts'
import { aCheck } from './checks.ts'
import { NOW } from './notification.ts'

/** A service of which nothing is declared, unless told otherwise. */
export function aService(name: string, parts: Partial<Service> = {}): Service {
  return {
    name,
    tier: null,
    owner: null,
    method: null,
    rpoMs: null,
    rtoMs: null,
    dependsOn: [],
    copies: [],
    runbook: null,
    dataClass: null,
    labels: {},
    database: null,
    production: NOWHERE,
    standard: '3-2-1',
    keys: [],
    retention: null,
    drillEveryMs: 180 * 86_400_000,
    waivers: [],
    rules: {},
    ...parts,
  }
}

type CopyParts = Partial<Omit<ServiceCopy, 'domain'>> & Partial<ServiceCopy['domain']>

/** A copy of which nothing is declared, unless told otherwise; its failure domain is given flat. */
export function aCopy(parts: CopyParts = {}): ServiceCopy {
  const { provider, account, region, site, medium, credential, ...rest } = parts
  const domain = { provider, account, region, site, medium, credential }
  return {
    type: 'nas',
    location: null,
    check: null,
    tags: null,
    maxAgeMs: null,
    immutable: null,
    offline: null,
    encryption: null,
    keys: [],
    consistency: null,
    ...rest,
    domain: { ...NOWHERE, ...Object.fromEntries(Object.entries(domain).filter(([, value]) => value !== undefined)) },
  }
}

const HOUR = 3_600_000

export type ProvingParts = Parameters<typeof aCheck>[1] & Partial<Omit<ProvingCheck, 'check'>> & { ageHours?: number }

/** A check that proves a copy, with a good point of an hour ago unless told otherwise. */
export function aProof(id: string, parts: ProvingParts = {}): ProvingCheck {
  const { tags = {}, points = null, ageHours, ...more } = parts
  const newestGood =
    ageHours === undefined
      ? {}
      : { newestGood: { id: 'p1', recoverableTo: plus(NOW, -ageHours * HOUR), sizeBytes: 1000 } }
  return { check: aCheck(id, { ...more, facts: { ...newestGood, ...more?.facts } }), tags, points }
}

/** The view of one service among these checks and drills. */
export function aView(
  service: Service,
  checks: readonly ProvingCheck[] = [],
  drills: readonly Drill[] = [],
): ServiceView {
  const [view] = surveyEstate({ services: [service], checks, drills }).views
  if (!view) throw new Error('there is no view')
  return view
}

export function aDrill(service: string, parts: Partial<Drill> = {}): Drill {
  return {
    id: `drill of ${service}`,
    service,
    check: null,
    at: plus(NOW, -30 * 24 * HOUR),
    by: 'ann',
    origin: 'hand',
    outcome: 'verified',
    phases: [],
    rtaMs: HOUR,
    rpaMs: HOUR / 4,
    checked: [],
    gaps: [],
    note: null,
    recordedAt: NOW,
    recordedBy: 'dashboard',
    replaces: null,
    reference: null,
    ...parts,
  }
}

/** Points so many hours apart, newest first. */
export function pointsEvery(hours: number, count: number, sizeBytes: number | null = 1000): PointSummary[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `p${n}`,
    recoverableTo: plus(NOW, -HOUR * (1 + n * hours)),
    sizeBytes,
  }))
}

/** A service of which nothing can be said against: three copies, apart, locked, encrypted, drilled. */
export function aSoundService(
  name = 'shop',
  parts: Partial<Service> = {},
): { service: Service; checks: ProvingCheck[]; drills: Drill[] } {
  const service = aService(name, {
    tier: 1,
    owner: 'ann',
    method: 'app-consistent + WAL',
    database: true,
    rpoMs: 4 * HOUR,
    rtoMs: 2 * HOUR,
    retention: { last: 120, hourly: 0, daily: 7, weekly: 0, monthly: 0, yearly: 0 },
    keys: [
      {
        name: 'main',
        holders: ['ann', 'bob'],
        where: 'the safe',
        lastRehearsedAt: plus(NOW, -24 * HOUR),
        rehearseEveryMs: 8760 * HOUR,
      },
    ],
    production: { ...NOWHERE, provider: 'own', site: 'dc-a', medium: 'disk', credential: 'root' },
    copies: [
      aCopy({ type: 'nas', check: `near/${name}`, site: 'dc-a', medium: 'nas01', credential: 'nas', keys: ['main'] }),
      aCopy({
        type: 's3',
        check: `far/${name}`,
        provider: 'aws',
        account: '1',
        region: 'eu-central-1',
        medium: 's3',
        credential: 'far',
      }),
    ],
    ...parts,
  })
  const points = pointsEvery(2, 120)
  const checks = [
    aProof(`near/${name}`, { points }),
    aProof(`far/${name}`, { points, immutability: { how: 'object lock', until: plus(NOW, 720 * HOUR) } }),
  ]
  return { service, checks, drills: [aDrill(name)] }
}
