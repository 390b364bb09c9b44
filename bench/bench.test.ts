import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { isBuilt } from '../test/fakes/program.ts'
import { BENCHMARKS } from './registry.ts'

const hasRestic = spawnSync('restic', ['version']).status === 0

/** Each asserts its planted answers; how fast they came is not judged here. */
it.for(Object.entries(BENCHMARKS))('%s finds its planted answers', async ([name, load], { skip }) => {
  skip(name === 'restic-check' && !hasRestic && !process.env.CI, 'restic is not installed here')
  skip(!isBuilt && ['events', 'heartbeats', 'start', 'restic-check'].includes(name), 'run node scripts/build.mjs first')
  const figures = await (await load()).run({ brief: true })
  expect(figures.length).toBeGreaterThan(0)
  for (const figure of figures)
    expect(figure, figure.name).toMatchObject({ value: expect.any(Number), name: expect.any(String) })
  // one run of each may say that ours takes less
  const mayBeLess = (unit: string) => unit.endsWith(' more')
  expect(figures.filter(({ value }) => !Number.isFinite(value))).toEqual([])
  expect(figures.filter(({ value, unit }) => value < 0 && !mayBeLess(unit))).toEqual([])
})
