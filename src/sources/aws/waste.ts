import { z } from 'zod'
import { instant } from '../../domain/instant.ts'
import { type StoragePrice, WASTE_BOUNDS, WASTE_KINDS, type Waste, type WasteBound } from '../../domain/waste.ts'
import { type PricesConfig, priceOf, type Storage } from './prices.ts'

const GIB = 2 ** 30
/** What is remembered by the name of its owner; what is less is counted together. */
const MOST_ROWS = 50

const kept = z.object({ points: z.number(), bytes: z.number() })
const row = z.object({
  kind: z.enum(WASTE_KINDS),
  owner: z.string().nullable(),
  resources: z.number(),
  points: z.number(),
  /** Points whose size nobody says, and that may take something. */
  unsized: z.number(),
  stored: z.record(z.string(), kept),
  bound: z.enum([...WASTE_BOUNDS, 'exact']),
})
/** Backups of one kind that protect nothing, of one owner. */
type Row = z.output<typeof row>
export type Found = Omit<Row, 'stored'> & { stored: ReadonlyMap<Storage, z.output<typeof kept>> }
type Bound = Row['bound']

/** What a look remembers of them: prices are put to it when somebody asks, so that new ones hold at once. */
export const wasteMemory = z.object({ at: z.number(), rows: z.array(row) })
export type WasteMemory = z.output<typeof wasteMemory>

const remembers = z.object({ waste: wasteMemory })

/** A sum of what is exact is exact; else what is said of all of it holds. */
export function together(a: Bound, b: Bound): Bound {
  if (a === 'exact' || a === b) return b
  return b === 'exact' ? a : 'about'
}

/** Adds up what is found, by kind and owner. Its size grows with the owners alone. */
export class WasteSum {
  readonly #rows = new Map<string, Row>()

  add({ stored, ...found }: Found): void {
    this.#fold({ ...found, stored: Object.fromEntries(stored) })
  }

  /** What another has added up. */
  include(one: Row): void {
    this.#fold(structuredClone(one))
  }

  #fold(one: Row): void {
    const key = keyOf(one)
    const known = this.#rows.get(key)
    if (!known) return void this.#rows.set(key, one)
    known.resources += one.resources
    known.points += one.points
    known.unsized += one.unsized
    known.bound = together(known.bound, one.bound)
    for (const [storage, { points, bytes }] of Object.entries(one.stored)) {
      const before = known.stored[storage] ?? { points: 0, bytes: 0 }
      known.stored[storage] = { points: before.points + points, bytes: before.bytes + bytes }
    }
  }

  /** The largest by name. */
  memory(at: number): WasteMemory {
    const sizeOf = ({ stored }: Row) => Object.values(stored).reduce((sum, { bytes }) => sum + bytes, 0)
    const sorted = [...this.#rows.values()].sort((a, b) => sizeOf(b) - sizeOf(a))
    const rest = sorted.slice(MOST_ROWS).filter(({ owner }) => owner !== null)
    for (const one of rest) {
      this.#rows.delete(keyOf(one))
      this.#fold({ ...one, owner: null })
    }
    return { at, rows: [...this.#rows.values()] }
  }
}

const keyOf = ({ kind, owner }: Row): string => JSON.stringify([kind, owner])

/** Of several lists, as of the oldest; null: there is none. */
export function allWaste(some: readonly (WasteMemory | undefined)[]): WasteMemory | null {
  const [first, ...others] = some.flatMap((one) => one ?? [])
  if (!first || others.length === 0) return first ?? null
  const sum = new WasteSum()
  for (const { rows } of [first, ...others]) for (const one of rows) sum.include(one)
  return sum.memory(Math.min(first.at, ...others.map(({ at }) => at)))
}

/** What it costs, by kind and owner. */
export function wasteOf(
  memory: unknown,
  where: { account: string | null; region: string },
  prices: PricesConfig | undefined,
): Waste[] {
  const remembered = remembers.safeParse(memory).data?.waste
  return (remembered?.rows ?? []).map((one) => {
    const found = Object.entries(one.stored).map(([storage, of]) => ({
      ...of,
      price: priceOf(storage, where.region, prices),
    }))
    const used = found.flatMap(({ price, ...of }) => (price ? [{ price, ...of }] : []))
    const unpriced = found.reduce((sum, { price, points }) => sum + (price ? 0 : points), one.unsized)
    const isStandIn = used.some(({ price, bytes }) => bytes > 0 && isOfAnother(price, where.region))
    return {
      kind: one.kind,
      owner: one.owner,
      ...where,
      points: one.points,
      resources: one.resources,
      unpriced,
      bytes: found.reduce((sum, { bytes }) => sum + bytes, 0),
      bound: told([one.bound, unpriced > 0 ? 'at-least' : 'exact', isStandIn ? 'about' : 'exact']),
      usdPerMonth: used.reduce((sum, { bytes, price }) => sum + (bytes / GIB) * price.usdPerGibMonth, 0),
      prices: used.map(({ price }) => price),
      asOf: instant(remembered?.at ?? 0),
    }
  })
}

function isOfAnother({ region }: StoragePrice, where: string): boolean {
  return region !== null && region !== where
}

function told(bounds: readonly Bound[]): WasteBound {
  const all = bounds.reduce(together, 'exact')
  // by a list of prices nothing is exact
  return all === 'exact' ? 'about' : all
}
