import assert from 'node:assert/strict'
import { MINUTE, plantRds, startRds } from '../test/fakes/rds-estate.ts'
import type { Benchmark, Figure } from './harness.ts'

export const awsRds: Benchmark = {
  about: 'requests of looks at the snapshots of databases, against listing all of them',
  async run({ brief }) {
    const databases = brief ? 1000 : 10_000
    const snapshots = databases * 35
    const { region, pass } = plantRds(databases, snapshots)
    const estate = await startRds(region, {}, {}, { signal: AbortSignal.timeout(600_000) })
    const sum = (asked: Record<string, number>) => Object.values(asked).reduce((total, count) => total + count, 0)
    try {
      const first = await estate.look(0)
      const wanted = new Map(Object.keys(first.good).map((name) => [name, `rds:${name}-0`]))
      assert.equal(wanted.size, databases)
      // fewer requests by leaving something out are worth nothing
      assert.deepEqual(new Map(Object.entries(first.good)), wanted)
      const quiet = await estate.look(15 * MINUTE)
      assert.deepEqual(new Map(Object.entries(quiet.good)), wanted)
      const made = pass(15 * MINUTE, 30 * MINUTE)
      for (const name of made) wanted.set(name, `rds:${name}-new`)
      const steady = await estate.look(30 * MINUTE)
      assert.deepEqual(new Map(Object.entries(steady.good)), wanted)
      const figure = (name: string, value: number, goal: number | null, detail: string): Figure => ({
        name,
        against: null,
        value,
        unit: '',
        goal: goal === null ? null : { most: goal },
        detail,
      })
      const least = Math.ceil(databases / 100)
      return [
        figure('requests of a first look', sum(first.asked), null, `${databases} databases, ${snapshots} snapshots`),
        figure(
          'requests of a look at which nothing is new',
          sum(quiet.asked),
          least + 2,
          `listing the databases takes ${least}`,
        ),
        figure(
          'requests of a look',
          sum(steady.asked),
          Math.ceil(least * 1.1) + 2,
          `with ${made.length} new snapshots`,
        ),
      ]
    } finally {
      await estate.server.stop()
    }
  },
}
