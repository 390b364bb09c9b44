import type { Benchmark } from './harness.ts'

/** Every benchmark by its name; each loads what it measures when it runs. */
export const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  heartbeats: async () => (await import('./heartbeats.ts')).heartbeats,
  judge: async () => (await import('./judge.ts')).judge,
  memory: async () => (await import('./judge.ts')).memory,
}
