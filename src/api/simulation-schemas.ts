import { z } from 'zod'
import { LOSS_KINDS } from '../planning/loss.ts'
import { FATES } from '../planning/simulate.ts'
import { at, named } from './schemas.ts'
import { remarks } from './service-schemas.ts'

/** What is answered about losses; the command line prints the same words. */

const seconds = () => z.number().nonnegative()
const fate = named('Fate', 'What becomes of a service.', z.enum(FATES))
const counts = { running: z.int(), restorable: z.int(), unknown: z.int(), gone: z.int() }

const simulation = z.object({
  generated_at: at(),
  losses: z.array(z.string()),
  summary: z.object({ untouched: z.int(), ...counts }),
  services: z
    .array(
      z.object({
        name: z.string(),
        tier: z.int().nullable(),
        fate,
        assumed: z.boolean().describe('Nobody says where it runs: it is taken for lost where one of its copies is.'),
        from: z
          .object({
            copy: z.string(),
            standing: z.enum(['proven', 'unknown', 'absent']),
            recoverable_to: at().nullable(),
          })
          .nullable()
          .describe('The copy that it comes back from.'),
        lost_copies: z.array(z.string()),
        loss_seconds: seconds().nullable().describe('How much of its newest data is lost.'),
        breaks_rpo: z.boolean().nullable(),
      }),
    )
    .describe('Those that are touched, the worst first.'),
  recovery: z
    .array(
      z.object({
        name: z.string(),
        wave: z.int(),
        waits_for: z.array(z.string()),
        blocked_by: z.array(z.string()).describe('What it needs, and does not come back.'),
        takes_seconds: seconds().nullable(),
        takes_from: z
          .enum(['drill', 'restore', 'rto', 'unknown'])
          .describe(
            'drill: as its last timed restore took; restore: at least what the data of one of its copies took; rto: its target, never tried.',
          ),
        takes_drill: z.object({ id: z.string(), at: at() }).nullable().describe('The drill that says so.'),
      }),
    )
    .describe('What comes back, in this order.'),
  critical_path: z.object({ path: z.array(z.string()), total_seconds: seconds(), unknown: z.array(z.string()) }),
  waiting: z
    .array(z.object({ service: z.string(), on: z.array(z.string()) }))
    .describe('Not hit, and waiting for what is down.'),
})

export const simulationAnswer = named(
  'Simulation',
  'What survives when all of these losses happen at once, and how the rest comes back.',
  simulation.extend({ remarks: remarks() }),
)

const rankedLoss = named(
  'RankedLoss',
  'What one loss alone would do.',
  z.object({
    loss: z.string().describe('KIND:VALUE, as simulate takes it.'),
    summary: z.object(counts),
    gravest: z.int().describe('Of tier 1, those that are gone or not known to come back.'),
    bare: z.int().describe('Services that run on without any proven copy.'),
    worst_loss_seconds: seconds().nullable().describe('The most that any restorable service loses.'),
  }),
)

export const lossPage = named(
  'LossPage',
  'One page of single losses, the most damaging first.',
  z.object({
    generated_at: at(),
    remarks: remarks(),
    matching: z.int(),
    items: z.array(rankedLoss),
    next_cursor: z.string().nullable(),
  }),
)

export const domainList = named(
  'DomainList',
  'What can be lost as a whole, and what lies in it; at most `limit`.',
  z.object({
    items: z.array(
      z.object({
        kind: z.enum(LOSS_KINDS),
        value: z.string(),
        running: z.int().describe('Services that run there.'),
        copies: z.int().describe('Copies that lie there.'),
        services: z.int().describe('Services that run or have a copy there.'),
      }),
    ),
    truncated: z.boolean(),
  }),
)

export type SimulationJson = z.output<typeof simulation>
export type RankedLossJson = z.output<typeof rankedLoss>
