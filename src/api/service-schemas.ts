import { z } from 'zod'
import { DOMAIN_KINDS } from '../domain/service.ts'
import { RUNGS } from '../evaluation/services/ladder.ts'
import { at, named, severity, status } from './schemas.ts'

/** What is answered about services; the command line prints the same words. */

const seconds = () => z.number().nonnegative()
const mark = z.enum(['pass', 'fail', 'unknown'])
const outcome = z.enum(['pass', 'fail', 'unknown', 'not-applicable'])

export const domain = named(
  'FailureDomain',
  'Where something lies: what is lost as a whole. Null: nobody says.',
  z.object({
    provider: z.string().nullable(),
    account: z.string().nullable(),
    region: z.string().nullable(),
    site: z.string().nullable(),
    medium: z.string().nullable(),
    credential: z.string().nullable(),
  } satisfies Record<(typeof DOMAIN_KINDS)[number], z.ZodType>),
)

const rung = named('Rung', 'How far recovery is proven, each rung more than the one before.', z.enum(RUNGS))

export const serviceSummary = named(
  'ServiceSummary',
  'One service in a line. Names come from outside: show them as text, never as markup.',
  z.object({
    name: z.string(),
    tier: z.int().nullable(),
    owner: z.string().nullable(),
    labels: z.record(z.string(), z.string()),
    outcome: mark.describe('The worst of its findings that are not accepted; pass: nothing is wrong or unknown.'),
    severity: severity.nullable().describe('Of the gravest failure; null: nothing fails.'),
    counts: z
      .object({ pass: z.int(), fail: z.int(), unknown: z.int(), waived: z.int() })
      .describe('Findings by outcome; waived: accepted for a while.'),
    failing_rules: z.array(z.string()).describe('The gravest that fail and are not accepted, at most three.'),
    ladder: z.object({
      rung: rung.nullable().describe('The highest that is proven; null: none is.'),
      since: at().nullable(),
      next: z.object({ rung, needs: z.string() }).nullable(),
    }),
    marks: z
      .object({ three: mark, two: mark, one: mark })
      .describe('3-2-1: three copies with production, two media or systems, one off-site.'),
    copy_counts: z.object({ declared: z.int(), proven: z.int(), unknown: z.int(), absent: z.int() }),
    recoverable_to: at().nullable().describe('Up to when the newest proven copy goes.'),
    age_seconds: seconds().nullable(),
    rpo_seconds: seconds().nullable(),
    rpo_outcome: outcome,
    rto_seconds: seconds().nullable(),
    rto_outcome: outcome,
    rta_seconds: seconds().nullable().describe('How long the last timed restore took; null: none was timed.'),
    rta_at: at().nullable(),
  }),
)

const provingCheck = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  status,
  recoverable_to: at().nullable(),
  locked: z
    .object({ how: z.string(), until: at().nullable() })
    .nullable()
    .describe('What its store says of who can delete it; null: no source has seen any lock.'),
})

export const serviceCopy = named(
  'ServiceCopy',
  'One backup of a service. proven: read whole and good; absent: read whole and not there.',
  z.object({
    title: z.string(),
    type: z.string(),
    location: z.string().nullable(),
    standing: z.enum(['proven', 'unknown', 'absent']),
    why: z.string().nullable().describe('Why it is not proven.'),
    recoverable_to: at().nullable(),
    age_seconds: seconds().nullable(),
    max_age_seconds: seconds().nullable().describe('Its own limit, where that is not the RPO.'),
    domain,
    contradictions: z
      .array(z.object({ kind: z.enum(DOMAIN_KINDS), declared: z.string(), real: z.string(), check: z.string() }))
      .describe('Where it lies otherwise than it is declared to.'),
    immutable: z.boolean().nullable(),
    offline: z.boolean().nullable(),
    encryption: z.string().nullable(),
    keys: z.array(z.string()),
    bound_to: z.string().nullable().describe('How its checks are named; null: it names none.'),
    checks: z.array(provingCheck),
    check_count: z.int().describe('Of all; checks holds the first hundred.'),
  }),
)

export const serviceFinding = named(
  'ServiceFinding',
  'What one rule says of one service.',
  z.object({
    rule: z.string(),
    asks: z.string().describe('What the rule asks, in a few words.'),
    outcome,
    severity: severity.nullable(),
    reason: z.string(),
    advice: z.string().nullable(),
    waived_until: at().nullable(),
    waived_by: z.string().nullable(),
    changes_at: at().nullable(),
    evidence: z.record(z.string(), z.unknown()),
  }),
)

const neighbour = z.object({
  name: z.string(),
  tier: z.int().nullable(),
  declared: z.boolean().describe('false: no service is called so.'),
})

export const service = named(
  'Service',
  'One service with all that is known of it.',
  serviceSummary.extend({
    method: z.string().nullable(),
    data_class: z.string().nullable(),
    runbook: z.string().nullable().describe('Where people read how it is recovered.'),
    standard: z.enum(['3-2-1', '3-2-1-1-0']),
    production: domain,
    copies: z.array(serviceCopy),
    findings: z.array(serviceFinding),
    waivers: z.array(
      z.object({
        rule: z.string(),
        reason: z.string(),
        owner: z.string(),
        until: at(),
        state: z.enum(['in-force', 'idle', 'ended']).describe('idle: there is nothing that it accepts.'),
      }),
    ),
    keys: z.array(
      z.object({
        name: z.string(),
        holders: z.array(z.string()),
        where: z.string().nullable(),
        last_rehearsed_at: at().nullable(),
      }),
    ),
    order: z.object({
      position: z.int().describe('1 comes back first.'),
      wave: z.int().describe('Services of one wave can be restored at the same time.'),
      waits_for: z.array(neighbour),
      waited_for_by: z.array(neighbour),
      waited_for_by_count: z.int().describe('Of all; waited_for_by holds the first two hundred.'),
      cycle: z.array(z.string()).nullable().describe('They wait for each other in a circle.'),
    }),
    drill_every_seconds: seconds(),
    drills: z
      .array(
        z.object({
          id: z.string(),
          at: at(),
          by: z.string(),
          part: z.string().nullable().describe('The check that was restored alone; null: the service as a whole.'),
          outcome: z.enum(['failed', 'restored', 'verified']),
          rta_seconds: seconds().nullable(),
          rpa_seconds: seconds().nullable(),
          gaps: z.array(z.string()),
        }),
      )
      .describe('The newest ten, the newest first.'),
  }),
)

export const remarks = () => z.array(z.string()).describe('What to know of how this was found, in sentences.')

export const servicePage = named(
  'ServicePage',
  'One page of services, the worst first: hand next_cursor back as cursor to read on; null: that was all.',
  z.object({
    generated_at: at(),
    remarks: remarks(),
    summary: z
      .object({ services: z.int(), pass: z.int(), fail: z.int(), unknown: z.int() })
      .describe('All services that there are, by their outcome.'),
    facets: z.object({ owners: z.array(z.string()), tiers: z.array(z.int()) }),
    matching: z.int().describe('How many match the filters.'),
    items: z.array(serviceSummary),
    next_cursor: z.string().nullable(),
  }),
)

const words = z.string()
/** A recovery plan as a text of blocks, for programs that show it themselves. */
export const runbook = named(
  'Runbook',
  'A recovery plan, block by block.',
  z.object({
    title: z.string(),
    blocks: z.array(
      z.union([
        z.object({ kind: z.enum(['heading']), level: z.int(), text: words }),
        z.object({ kind: z.enum(['paragraph']), text: words }),
        z.object({ kind: z.enum(['list']), ordered: z.boolean(), items: z.array(words).readonly() }),
        z.object({
          kind: z.enum(['table']),
          head: z.array(words).readonly(),
          rows: z.array(z.array(words).readonly()).readonly(),
        }),
        z.object({ kind: z.enum(['code']), lines: z.array(words).readonly() }),
      ]),
    ),
  }),
)

export type ServiceSummaryJson = z.output<typeof serviceSummary>
export type ServiceJson = z.output<typeof service>
export type ServiceFindingJson = z.output<typeof serviceFinding>
export type ServicePageJson = z.output<typeof servicePage>
