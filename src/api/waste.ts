import { z } from 'zod'
import { toIso } from '../domain/instant.ts'
import type { SourceWaste } from '../tasks/read-waste.ts'
import { named } from './schemas.ts'

const waste = z.object({
  source: z.string(),
  kind: z.enum(['orphaned-snapshots']).describe('orphaned-snapshots: of volumes that are gone.'),
  owner: z.string().nullable().describe('Of the tag "owner"; null: nobody says.'),
  account: z.string().nullable(),
  region: z.string().nullable(),
  points: z.int(),
  resources: z.int(),
  bytes: z.number(),
  bound: z
    .enum(['at-least', 'at-most'])
    .describe('at-least: what differs between backups comes on top. at-most: only the size of the resource is known.'),
  usd_per_month: z.number(),
  as_of: z.iso.datetime(),
})

export const costs = named(
  'Costs',
  'What is paid for backups that protect nothing any more: an estimate.',
  z.object({
    usd_per_month: z.number(),
    prices: z.array(z.object({ usd_per_gib_month: z.number(), from: z.string() })),
    items: z.array(waste),
  }),
)
export type CostsJson = z.output<typeof costs>

const cents = (usd: number): number => Math.round(usd * 100) / 100

export function presentCosts(found: readonly SourceWaste[]): CostsJson {
  const prices = new Map(found.flatMap((item) => item.prices).map((price) => [price.usdPerGibMonth, price]))
  return {
    usd_per_month: cents(found.reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0)),
    prices: [...prices.values()].map(({ usdPerGibMonth, from }) => ({ usd_per_gib_month: usdPerGibMonth, from })),
    items: found.map(
      ({ source, kind, owner, account, region, points, resources, bytes, bound, usdPerMonth, asOf }) => ({
        source,
        kind,
        owner,
        account,
        region,
        points,
        resources,
        bytes,
        bound,
        usd_per_month: cents(usdPerMonth),
        as_of: toIso(asOf),
      }),
    ),
  }
}
