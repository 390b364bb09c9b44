import type { Benchmark } from './harness.ts'

/** Every benchmark by its name; each loads what it measures when it runs. */
export const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  'aws-ebs': async () => (await import('./aws-ebs.ts')).awsEbs,
  'aws-rds': async () => (await import('./aws-rds.ts')).awsRds,
  events: async () => (await import('./events.ts')).events,
  'restic-check': async () => (await import('./restic-check.ts')).resticCheck,
  'restic-fast': async () => (await import('./restic-fast.ts')).resticFast,
  heartbeats: async () => (await import('./heartbeats.ts')).heartbeats,
  judge: async () => (await import('./judge.ts')).judge,
  memory: async () => (await import('./judge.ts')).memory,
  metrics: async () => (await import('./metrics.ts')).metrics,
  's3-list': async () => (await import('./s3-list.ts')).s3List,
  report: async () => (await import('./report.ts')).report,
  start: async () => (await import('./start.ts')).start,
  lists: async () => (await import('./lists.ts')).lists,
  services: async () => (await import('./services.ts')).services,
  steady: async () => (await import('./steady.ts')).steady,
}
