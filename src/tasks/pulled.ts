import type { ConfiguredSource } from '../config/config.ts'
import type { PullSource } from '../sources/source.ts'

export type PulledSource = ConfiguredSource & { source: PullSource }

/** Whether it is read by looking; the others report by themselves. */
export function isPulled(configured: ConfiguredSource): configured is PulledSource {
  return 'scan' in configured.source
}
