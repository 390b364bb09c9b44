import type { Drill } from './drill.ts'
import type { CheckId } from './recovery-point.ts'

/** A drill as it counts for one service. */
export interface ServiceDrill extends Drill {
  service: string
  /** The check that was restored alone, which proves one of the service's copies; null: the service came back as a whole. */
  part: CheckId | null
}
