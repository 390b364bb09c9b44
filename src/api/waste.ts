import { z } from 'zod'
import { toIso } from '../domain/instant.ts'
import { boundOf, WASTE_BOUNDS, WASTE_KINDS } from '../domain/waste.ts'
import type { SourceWaste } from '../tasks/read-waste.ts'
import { named } from './schemas.ts'

const bound = z.enum(WASTE_BOUNDS)

const waste = z.object({
  source: z.string(),
  kind: z
    .enum(WASTE_KINDS)
    .describe(
      'orphaned: of what is gone (volumes; databases; what AWS Backup protected). expiring: of what is gone, but deleted by itself. stale: of what has had no good backup for long; it may be kept on purpose.',
    ),
  owner: z.string().nullable().describe('Of the tag "owner"; null: nobody says.'),
  account: z.string().nullable(),
  region: z.string().nullable(),
  points: z.int(),
  resources: z.int(),
  unpriced: z.int().describe('Points whose size or price is not known: they are not in the sum.'),
  bytes: z.number(),
  bound: bound.describe(
    'at-least: more comes on top. at-most: some of it may not be paid for, or not in vain. about: both, or an estimate.',
  ),
  usd_per_month: z.number(),
  as_of: z.iso.datetime(),
})

const price = z.object({
  what: z.string(),
  usd_per_gib_month: z.number(),
  region: z.string().nullable().describe('Whose price it is; null: it is meant for all.'),
  stands_in_for: z.array(z.string()).describe('Regions whose own price is not known.'),
  from: z.string(),
})

export const costs = named(
  'Costs',
  'What is paid for backups that protect nothing any more: an estimate.',
  z.object({
    usd_per_month: z.number(),
    bound: bound.describe('What may be said of the sum: at least and at most do not add up to either.'),
    prices: z.array(price),
    items: z.array(waste),
  }),
)
export type CostsJson = z.output<typeof costs>

const cents = (usd: number): number => Math.round(usd * 100) / 100

export function presentCosts(found: readonly SourceWaste[]): CostsJson {
  return {
    usd_per_month: cents(found.reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0)),
    bound: boundOf(found.map((item) => item.bound)),
    prices: pricesOf(found),
    items: found.map(
      ({ source, kind, owner, account, region, points, resources, unpriced, bytes, bound, usdPerMonth, asOf }) => ({
        source,
        kind,
        owner,
        account,
        region,
        points,
        resources,
        unpriced,
        bytes,
        bound,
        usd_per_month: cents(usdPerMonth),
        as_of: toIso(asOf),
      }),
    ),
  }
}

/** Each price once, with the regions that it stands in for. */
function pricesOf(found: readonly SourceWaste[]): CostsJson['prices'] {
  const prices = new Map<string, CostsJson['prices'][number]>()
  for (const { prices: its, region: where } of found)
    for (const { what, usdPerGibMonth, region, from } of its) {
      const key = JSON.stringify([what, usdPerGibMonth, region, from])
      const known = prices.get(key) ?? { what, usd_per_gib_month: usdPerGibMonth, region, stands_in_for: [], from }
      prices.set(key, known)
      if (region !== null && where !== null && where !== region && !known.stands_in_for.includes(where))
        known.stands_in_for = [...known.stands_in_for, where].sort()
    }
  return [...prices.values()]
}
