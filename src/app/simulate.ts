import { toIso } from '../domain/instant.ts'
import { LOSS_KINDS, type Loss, lossText, parseLoss } from '../planning/loss.ts'
import { indexLosses } from '../planning/loss-index.ts'
import { type RankedLoss, rankLosses, type Simulation, simulate } from '../planning/simulate.ts'
import { UsageError } from './errors.ts'
import { type EstateOptions, knownEstate } from './estate.ts'

const seconds = (ms: number | null): number | null => (ms === null ? null : Math.round(ms / 1000))

/** What `simulate --format json` prints: of one loss, or of all single ones. */
export type SimulationReport = { generated_at: string } & (
  | {
      losses: string[]
      summary: Simulation['summary']
      services: FateJson[]
      recovery: RecoveryJson[]
      critical_path: CriticalJson
      waiting: Simulation['waiting']
    }
  | { ranked: RankedJson[] }
)

interface FateJson {
  name: string
  tier: number | null
  fate: string
  assumed: boolean
  from: { copy: string; standing: string; recoverable_to: string | null } | null
  lost_copies: string[]
  loss_seconds: number | null
  breaks_rpo: boolean | null
}
interface RecoveryJson {
  name: string
  wave: number
  waits_for: string[]
  blocked_by: string[]
  takes_seconds: number | null
  takes_from: string
}
interface CriticalJson {
  path: string[]
  total_seconds: number
  unknown: string[]
}
type RankedJson = Omit<RankedLoss, 'worstLossMs'> & { worst_loss_seconds: number | null }

/** What survives these losses at once; without any, what each single loss would do. Throws UsageError. */
export async function simulationReport(
  texts: readonly string[],
  options: Omit<EstateOptions, 'points'>,
): Promise<{ report: SimulationReport; remarks: string[] }> {
  const losses = texts.map(lossOf)
  const { estate, now, remarks } = await knownEstate({ ...options, points: false })
  const index = indexLosses(estate)
  const stranger = losses.find((loss) => index.takenBy(loss) === null)
  if (stranger) throw new UsageError(unknown(stranger, index.losses()))
  const generated_at = toIso(now)
  if (losses.length === 0) {
    const ranked = rankLosses(estate, now, index).map(({ worstLossMs, ...rest }) => ({
      ...rest,
      worst_loss_seconds: seconds(worstLossMs),
    }))
    return { report: { generated_at, ranked }, remarks }
  }
  const simulation = simulate(estate, losses, now, index)
  const report: SimulationReport = {
    generated_at,
    losses: simulation.losses,
    summary: simulation.summary,
    services: simulation.fates.map(({ service, tier, fate, assumed, from, lostCopies, lossMs, breaksRpo }) => ({
      name: service,
      tier,
      fate,
      assumed,
      from: from && {
        copy: from.copy,
        standing: from.standing,
        recoverable_to: from.recoverableTo && toIso(from.recoverableTo),
      },
      lost_copies: lostCopies,
      loss_seconds: seconds(lossMs),
      breaks_rpo: breaksRpo,
    })),
    recovery: simulation.recovery.map(({ service, wave, waitsFor, blockedBy, takes }) => ({
      name: service,
      wave,
      waits_for: waitsFor,
      blocked_by: blockedBy,
      takes_seconds: seconds(takes.ms),
      takes_from: takes.from,
    })),
    critical_path: {
      path: simulation.critical.path,
      total_seconds: Math.round(simulation.critical.totalMs / 1000),
      unknown: simulation.critical.unknown,
    },
    waiting: simulation.waiting,
  }
  return { report, remarks }
}

function lossOf(text: string): Loss {
  const loss = parseLoss(text)
  if (loss) return loss
  throw new UsageError(
    `"${text}" is not something to lose: write KIND:VALUE, where KIND is one of ${LOSS_KINDS.join(', ')}`,
  )
}

const SHOWN = 20

function unknown(loss: Loss, all: readonly Loss[]): string {
  const same = all.filter(({ kind }) => kind === loss.kind).map(({ value }) => value)
  const there =
    same.length === 0
      ? 'none is known'
      : `there are: ${same.slice(0, SHOWN).join(', ')}${same.length > SHOWN ? ', ...' : ''}`
  return `nothing is known as ${lossText(loss)}: of ${loss.kind} ${there}`
}
