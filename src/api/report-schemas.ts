import { z } from 'zod'
import { DRILL_ORIGINS, DRILL_OUTCOMES } from '../domain/drill.ts'
import { RUNGS } from '../evaluation/services/ladder.ts'
import { at, named, severity } from './schemas.ts'
import { domain } from './service-schemas.ts'

const seconds = () => z.number().nonnegative()
const share = () => z.number().min(0).max(1).nullable()
const count = () => z.int().nonnegative()

const times = named(
  'ReportTime',
  'Seconds of each state: together they are the period. Shares are parts of 1.',
  z.object({
    seconds: z.object({
      within: seconds(),
      breached: seconds(),
      unknown: seconds().describe('It could not be read, or nothing proves it.'),
      paused: seconds(),
      unwatched: seconds().describe('Backproof itself was not at work, and no recovery point proves it.'),
      unrecorded: seconds().describe('Before the first record, or the record was removed.'),
      absent: seconds().describe('Before it was first seen: not counted.'),
    }),
    share: share().describe('Within, by all but absent.'),
    share_of_known: share().describe('Within, by within and breached.'),
  }),
)

const spread = z.object({ mean: seconds(), longest: seconds() })
const stretch = z.object({ from: at(), to: at(), seconds: seconds() })
const breaches = z.object({ count: count(), seconds: seconds(), longest_seconds: seconds() })
const findings = z.object({ pass: count(), fail: count(), unknown: count(), waived: count() })

const incidents = z.object({
  count: count().describe('Unresolved at some time of the period.'),
  opened: count(),
  critical: count(),
  unresolved: count().describe('At the end of the period.'),
  acknowledged: count(),
  acknowledge_seconds: spread.nullable(),
  resolved: count(),
  resolve_seconds: spread.nullable(),
})

const totals = z.object({
  services: count(),
  services_without_rpo: count(),
  rpo: times.nullable(),
  breaches,
  incidents,
  findings,
  drills: count(),
  drills_failed: count(),
})

const service = named(
  'ReportService',
  'One service over the period, and its findings as of now.',
  z.object({
    name: z.string(),
    tier: z.int().nullable(),
    owner: z.string().nullable(),
    rpo_seconds: seconds().nullable(),
    rto_seconds: seconds().nullable(),
    rpo: times.nullable().describe('Null: it has no RPO.'),
    breaches: breaches.extend({ list: z.array(stretch.extend({ ongoing: z.boolean() })), omitted: count() }),
    incidents: incidents.extend({
      list: z.array(
        z.object({
          id: z.string(),
          subject: z.string(),
          type: z.string(),
          severity,
          reason: z.string(),
          opened_at: at(),
          acknowledged_at: at().nullable(),
          acknowledge_seconds: seconds().nullable(),
          acknowledged_by: z.string().nullable(),
          resolved_at: at().nullable(),
          resolve_seconds: seconds().nullable(),
          resolved_by: z.string().nullable(),
        }),
      ),
      omitted: count(),
    }),
    ladder: z.object({
      rung: z.enum(RUNGS).nullable(),
      since: at().nullable(),
      next: z.enum(RUNGS).nullable(),
      needs: z.string().nullable(),
    }),
    copies: z.array(
      z.object({
        title: z.string(),
        standing: z.enum(['proven', 'unknown', 'absent']),
        why: z.string().nullable(),
        recoverable_to: at().nullable(),
        domain,
        limit_seconds: seconds().nullable(),
        time: times.nullable().describe('Held against its own limit.'),
        checks: z.array(z.string()),
      }),
    ),
    findings: z.array(
      z.object({
        rule: z.string(),
        outcome: z.enum(['pass', 'fail', 'unknown', 'not-applicable']),
        severity: severity.nullable(),
        reason: z.string(),
        advice: z.string().nullable(),
        waiver: z.object({ reason: z.string(), owner: z.string(), until: at() }).nullable(),
      }),
    ),
    drills: z.array(
      z.object({
        at: at(),
        by: z.string(),
        origin: z.enum(DRILL_ORIGINS),
        outcome: z.enum(DRILL_OUTCOMES),
        part: z.string().nullable(),
        rta_seconds: seconds().nullable(),
        rpa_seconds: seconds().nullable(),
        gaps: z.array(z.string()),
      }),
    ),
  }),
)

export const report = named(
  'Report',
  'Compliance over a period: evidence for an auditor, and no certificate.',
  z.object({
    schema: z.literal('backproof-report/1'),
    generated_at: at(),
    instance: z.string(),
    version: z.string(),
    period: z.object({ from: at(), to: at(), judged_to: at() }),
    selection: z.object({ services: z.array(z.string()), owners: z.array(z.string()), tiers: z.array(z.int()) }),
    watch: z.object({
      recorded_from: at().nullable().describe('Since when there is a record; null: there is none.'),
      unwatched_seconds: seconds(),
      gaps: z.array(stretch),
      gaps_omitted: count(),
      scopes: z.array(
        z.object({
          scope: z.string(),
          source: z.string(),
          status: z.enum(['never', 'failed']),
          since: at().nullable(),
          seconds: seconds().nullable(),
          fault: z.string().nullable(),
        }),
      ),
      checks_without_service: count(),
    }),
    totals,
    by_tier: z.array(totals.extend({ key: z.int().nullable() })),
    by_owner: z.array(totals.extend({ key: z.string().nullable() })),
    by_rule: z.array(findings.extend({ rule: z.string(), asks: z.string() })),
    controls: z.array(
      z.object({
        framework: z.string(),
        control: z.string(),
        title: z.string(),
        coverage: z.enum(['whole', 'partly', 'none']),
        rules: z.array(z.string()),
        conditions: z.array(z.string()).describe('Types of incidents that speak to it too.'),
        how: z.string(),
        result: z.enum(['no-findings', 'findings', 'unknown', 'not-judged']),
        findings,
        incidents: count(),
      }),
    ),
    services: z.array(service),
  }),
)
