import { toIso } from '../domain/instant.ts'
import type { RankedLoss, Simulation } from '../planning/simulate.ts'
import type * as schemas from './simulation-schemas.ts'

/** Losses in the words of the API, which are those of `simulate --format json` too: pure. */

const seconds = (ms: number | null): number | null => (ms === null ? null : Math.round(ms / 1000))

export function presentSimulation(simulation: Simulation): Omit<schemas.SimulationJson, 'generated_at'> {
  return {
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
      takes_drill: takes.drill && { id: takes.drill.id, at: toIso(takes.drill.at) },
    })),
    critical_path: {
      path: simulation.critical.path,
      total_seconds: Math.round(simulation.critical.totalMs / 1000),
      unknown: simulation.critical.unknown,
    },
    waiting: simulation.waiting,
  }
}

export function presentRankedLoss({ worstLossMs, ...rest }: RankedLoss): schemas.RankedLossJson {
  return { ...rest, worst_loss_seconds: seconds(worstLossMs) }
}
