import { NOWHERE, type Service, type ServiceCopy } from '../../src/domain/service.ts'

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
