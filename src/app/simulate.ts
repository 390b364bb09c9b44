import { presentRankedLoss, presentSimulation } from '../api/present-simulation.ts'
import type { RankedLossJson, SimulationJson } from '../api/simulation-schemas.ts'
import { toIso } from '../domain/instant.ts'
import { LOSS_KINDS, type Loss, parseLoss, strangerText } from '../planning/loss.ts'
import { indexLosses } from '../planning/loss-index.ts'
import { rankLosses, simulate } from '../planning/simulate.ts'
import { UsageError } from './errors.ts'
import { type EstateOptions, knownEstate } from './estate.ts'

/** What `simulate --format json` prints: of one loss, or of all single ones. */
export type SimulationReport = SimulationJson | { generated_at: string; ranked: RankedLossJson[] }

/** What survives these losses at once; without any, what each single loss would do. Throws UsageError. */
export async function simulationReport(
  texts: readonly string[],
  options: Omit<EstateOptions, 'points'>,
): Promise<{ report: SimulationReport; remarks: string[] }> {
  const losses = texts.map(lossOf)
  const { estate, now, remarks } = await knownEstate({ ...options, points: false })
  const index = indexLosses(estate)
  const stranger = losses.find((loss) => index.takenBy(loss) === null)
  if (stranger) throw new UsageError(strangerText(stranger, index.losses()))
  const generated_at = toIso(now)
  if (losses.length === 0)
    return { report: { generated_at, ranked: rankLosses(estate, now, index).map(presentRankedLoss) }, remarks }
  return { report: { generated_at, ...presentSimulation(simulate(estate, losses, now, index)) }, remarks }
}

function lossOf(text: string): Loss {
  const loss = parseLoss(text)
  if (loss) return loss
  throw new UsageError(
    `"${text}" is not something to lose: write KIND:VALUE, where KIND is one of ${LOSS_KINDS.join(', ')}`,
  )
}
