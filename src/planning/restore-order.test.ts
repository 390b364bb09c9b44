import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { criticalPath, type OrderNode, restoreOrder } from './restore-order.ts'

const node = (name: string, tier: number | null = null, ...dependsOn: string[]): OrderNode => ({
  name,
  tier,
  dependsOn,
})
const namesOf = (nodes: OrderNode[]) => restoreOrder(nodes).steps.map(({ name }) => name)

describe('the restore order', () => {
  it.each<[string, OrderNode[], string[]]>([
    ['of nothing', [], []],
    ['by tier, then by name', [node('c', 3), node('b', 1), node('a', 1), node('z')], ['a', 'b', 'c', 'z']],
    [
      'what a tier 1 needs comes first, whatever its own tier',
      [node('web', 2), node('pay', 1, 'dns'), node('dns', 3)],
      ['dns', 'pay', 'web'],
    ],
    ['of a circle, together and by tier', [node('b', 1, 'a'), node('a', 2, 'b'), node('c', 1)], ['b', 'a', 'c']],
    ['a dependency twice counts once', [node('a', 1, 'b', 'b'), node('b', 1)], ['b', 'a']],
  ])('%s', (_, nodes, expected) => {
    expect(namesOf(nodes)).toEqual(expected)
  })

  it('names circles, also of one', () => {
    const nodes = [node('a', 1, 'b'), node('b', 1, 'c'), node('c', 1, 'a'), node('me', 1, 'me'), node('free', 1, 'a')]
    expect(restoreOrder(nodes).cycles).toEqual([['a', 'b', 'c'], ['me']])
  })

  it('names what is missing and what is there twice', () => {
    const order = restoreOrder([node('a', 1, 'nobody'), node('b', 1), node('b', 2)])
    expect(order.missing).toEqual([{ service: 'a', dependency: 'nobody' }])
    expect(order.duplicates).toEqual(['b'])
    expect(order.steps).toHaveLength(2)
  })

  it('names a tier 1 that waits for a tier 3, also through one without a tier', () => {
    const order = restoreOrder([
      node('pay', 1, 'bus'),
      node('bus', null, 'reports'),
      node('reports', 3),
      node('x', 3, 'reports'),
    ])
    expect(order.inversions).toEqual([{ service: 'pay', tier: 1, on: 'reports', onTier: 3 }])
  })

  it('names it in a circle too', () => {
    expect(restoreOrder([node('a', 1, 'b'), node('b', 3, 'a')]).inversions).toEqual([
      { service: 'a', tier: 1, on: 'b', onTier: 3 },
    ])
  })

  it('takes chains and circles of 10,000 without a stack', () => {
    const chain = Array.from({ length: 10_000 }, (_, n) => node(`s${n}`, 1, `s${n + 1}`))
    const order = restoreOrder([...chain, node('s10000', 3)])
    expect([order.steps[0]?.name, order.steps.at(-1)?.name, order.steps.at(-1)?.wave]).toEqual(['s10000', 's0', 10_001])
    expect(order.inversions).toHaveLength(10_000)
    expect(criticalPath(order.steps, () => 1)).toMatchObject({ totalMs: 10_001, unknown: [] })
    expect(restoreOrder([...chain, node('s10000', 1, 's0')]).cycles[0]).toHaveLength(10_001)
  })

  const graph = fc.array(
    fc.record({
      name: fc.integer({ min: 0, max: 12 }).map(String),
      tier: fc.option(fc.integer({ min: 1, max: 3 })),
      dependsOn: fc.array(fc.integer({ min: 0, max: 14 }).map(String), { maxLength: 4 }),
    }),
    { maxLength: 14 },
  )

  it('has each service once, after all that it waits for, the same for any order of writing', () => {
    fc.assert(
      fc.property(graph, (nodes) => {
        const once = nodes.filter(({ name }, n) => nodes.findIndex((other) => other.name === name) === n)
        const order = restoreOrder(nodes)
        expect(order.steps.map(({ name }) => name).sort()).toEqual(once.map(({ name }) => name).sort())
        const position = new Map(order.steps.map((step) => [step.name, step.position]))
        const wave = new Map(order.steps.map((step) => [step.name, step.wave]))
        for (const step of order.steps)
          for (const other of step.waitsFor) {
            expect(position.get(other)).toBeLessThan(step.position)
            expect(wave.get(other)).toBeLessThan(step.wave)
          }
        expect(restoreOrder(once.toReversed())).toEqual({ ...order, duplicates: [] })
      }),
    )
  })
})

describe('the critical path', () => {
  it('is the chain that takes longest', () => {
    const { steps } = restoreOrder([node('app', 1, 'db', 'dns'), node('db', 1, 'dns'), node('dns', 1), node('big', 3)])
    const took: Record<string, number> = { app: 5, db: 60, dns: 1, big: 50 }
    expect(criticalPath(steps, (name) => took[name] ?? null)).toEqual({
      path: ['dns', 'db', 'app'],
      totalMs: 66,
      unknown: [],
    })
  })

  it('says whose duration nobody knows', () => {
    const { steps } = restoreOrder([node('app', 1, 'db'), node('db', 1)])
    expect(criticalPath(steps, (name) => (name === 'db' ? 7 : null))).toMatchObject({ totalMs: 7, unknown: ['app'] })
    expect(criticalPath(steps, (name) => (name === 'app' ? 7 : null))).toEqual({
      path: ['db', 'app'],
      totalMs: 7,
      unknown: ['db'],
    })
    expect(criticalPath([], () => 1)).toEqual({ path: [], totalMs: 0, unknown: [] })
  })
})
