import type { Instant } from './instant.ts'
import type { RuleTunings } from './service-rule.ts'

/** What can be lost as a whole, and with it all that lies in it. */
export const DOMAIN_KINDS = ['provider', 'account', 'region', 'site', 'medium', 'credential'] as const
export type DomainKind = (typeof DOMAIN_KINDS)[number]

/**
 * Where something lies. site: a place with its own power and doors ("dc-a"). medium: the medium or system that holds it
 * ("s3-main", "tape"). credential: what can write and delete there. Null: nobody says.
 */
export type FailureDomain = Readonly<Record<DomainKind, string | null>>

export const NOWHERE: FailureDomain = {
  provider: null,
  account: null,
  region: null,
  site: null,
  medium: null,
  credential: null,
}

export const CONSISTENCIES = ['application', 'crash'] as const

/** One backup of a service as it was declared. */
export interface ServiceCopy {
  type: string
  location: string | null
  /** Id or glob of the checks that prove it; with `tags`, both must hold. */
  check: string | null
  /** Tags that the resources of its checks have; values may be globs. */
  tags: Readonly<Record<string, string>> | null
  /** How old it may be, where that is not the RPO. */
  maxAgeMs: number | null
  domain: FailureDomain
  /** Nothing and nobody can change or delete it for a while: object lock, vault lock, WORM. Null: nobody says. */
  immutable: boolean | null
  /** No network reaches it. */
  offline: boolean | null
  /** How it is encrypted, in words; "none": not at all. */
  encryption: string | null
  /** Names of the service's keys that it takes to read it. */
  keys: readonly string[]
  consistency: (typeof CONSISTENCIES)[number] | null
}

/** Something that decrypts backups, and who has it in an emergency. */
export interface DecryptionKey {
  name: string
  holders: readonly string[]
  /** Where it is found when everything is down, in words. */
  where: string | null
  lastRehearsedAt: Instant | null
  rehearseEveryMs: number
}

/** How many points are to be kept, as `restic forget` counts them; -1: all. */
export interface Keep {
  last: number
  hourly: number
  daily: number
  weekly: number
  monthly: number
  yearly: number
}

/** A person's word that a finding is accepted for a while. */
export interface Waiver {
  rule: string
  reason: string
  owner: string
  /** It holds up to and excluding this instant. */
  until: Instant
}

/** What the business knows of one thing that must survive. */
export interface Service {
  name: string
  tier: number | null
  owner: string | null
  method: string | null
  rpoMs: number | null
  rtoMs: number | null
  dependsOn: readonly string[]
  copies: readonly ServiceCopy[]
  /** Where people read how it is recovered. */
  runbook: string | null
  dataClass: string | null
  labels: Readonly<Record<string, string>>
  /** Whether it is a database; null: told from its name, method and checks. */
  database: boolean | null
  /** Where it runs itself. */
  production: FailureDomain
  /** 3-2-1-1-0 also asks for an immutable or offline copy and a restore without errors. */
  standard: '3-2-1' | '3-2-1-1-0'
  keys: readonly DecryptionKey[]
  retention: Keep | null
  drillEveryMs: number
  waivers: readonly Waiver[]
  /** How rules are set for it, where that is not as for all. */
  rules: RuleTunings
}
