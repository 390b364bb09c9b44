import type { Config } from '../config/config.ts'
import type { Instant } from '../domain/instant.ts'
import type { Estate } from '../evaluation/services/estate.ts'
import { rankOf, type ServiceSummary } from '../evaluation/services/summary.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { redactedMessage } from '../lib/redact.ts'
import { inSlices } from '../lib/time-slice.ts'
import { indexingLosses, type LossIndex } from '../planning/loss-index.ts'
import { type RankedLoss, rankingLosses } from '../planning/simulate.ts'
import type { EstateKeeper } from './keep-estate.ts'
import { remarksOnScopes } from './scope-remarks.ts'

/** All services at one instant. */
export interface Survey {
  at: Instant
  /** Its checks are without their points: those of ten thousand services would fill the memory. */
  estate: Estate
  /** What a person should know of how this was found, in sentences. */
  remarks: readonly string[]
  /** The worst first. */
  services: readonly ServiceSummary[]
  losses(): Promise<LossIndex>
  /** All single losses, the most damaging first. */
  ranked(): Promise<readonly RankedLoss[]>
}

export interface Surveyor {
  survey(): Promise<Survey>
  /** What was found is of no use any more: the configuration has changed. */
  forget(): void
}

export interface SurveyorOptions {
  keeper: EstateKeeper
  config(): Config
  clock: Clock
  log: Log
}

const FRESH_MS = 5000
/** What took long is kept longer: a part of the time at most goes into it. */
const SHARE = 5
const OLDEST_MS = 60_000
/** Nobody has asked for so long: the memory is wanted elsewhere. */
const DROPPED_AFTER_MS = 5 * 60_000

/** Surveys all services when somebody asks, at most every few seconds, and for all who ask meanwhile at once. */
export function surveyor(options: SurveyorOptions): Surveyor {
  const { clock, log, keeper } = options
  let kept: { survey: Survey; freshUntil: number; endsAt: number } | null = null
  let running: Promise<Survey> | null = null
  let idle: NodeJS.Timeout | undefined

  function begin(): Promise<Survey> {
    const began = performance.now()
    const work: Promise<Survey> = surveyAll(options).then(
      (survey) => {
        if (running === work) {
          const now = clock.now()
          const freshMs = Math.min(OLDEST_MS, Math.max(FRESH_MS, SHARE * (performance.now() - began)))
          kept = { survey, freshUntil: now + freshMs, endsAt: now + OLDEST_MS }
          running = null
        }
        return survey
      },
      (error: unknown) => {
        if (running === work) running = null
        throw error
      },
    )
    return work
  }

  function forget(): void {
    kept = null
    running = null
  }

  return {
    forget,
    survey() {
      idle?.close()
      idle = setTimeout(() => {
        forget()
        keeper.forget()
      }, DROPPED_AFTER_MS).unref()
      const now = clock.now()
      // a clock that has jumped back makes nothing young again
      if (kept && now < kept.freshUntil && now >= kept.survey.at) return Promise.resolve(kept.survey)
      running ??= begin()
      if (!kept || now >= kept.endsAt || now < kept.survey.at) return running
      // one that is a little old at once is better than a new one later
      running.catch((error: unknown) =>
        log.warn({ error: redactedMessage(error) }, 'the services could not be surveyed'),
      )
      return Promise.resolve(kept.survey)
    },
  }
}

const indexes = new WeakMap<Estate, Promise<LossIndex>>()

async function surveyAll({ config, keeper }: SurveyorOptions): Promise<Survey> {
  const reading = await keeper.read()
  if (reading === null) throw new Error('the reading of services was cut short')
  const { at, estate, scopes, services: found } = reading
  const remarks = found.length === 0 ? [] : remarksOnScopes(config(), scopes)
  let ranked: Promise<readonly RankedLoss[]> | null = null
  const indexed = () => {
    const index = indexes.get(estate) ?? inSlices(indexingLosses(estate))
    indexes.set(estate, index)
    return index
  }
  return {
    at,
    estate,
    remarks,
    services: found.toSorted(worstFirst),
    losses: indexed,
    ranked: () => (ranked ??= indexed().then((index) => inSlices(rankingLosses(at, index)))),
  }
}

function worstFirst(a: ServiceSummary, b: ServiceSummary): number {
  return (
    rankOf(a) - rankOf(b) ||
    (a.view.service.tier ?? 99) - (b.view.service.tier ?? 99) ||
    (a.view.service.name < b.view.service.name ? -1 : 1)
  )
}
