import type { Drill } from '../../src/domain/drill.ts'
import type { Instant } from '../../src/domain/instant.ts'
import type { Service } from '../../src/domain/service.ts'
import type { ServiceFinding } from '../../src/domain/service-finding.ts'
import { evaluateService } from '../../src/evaluation/services/evaluate.ts'
import { NOW } from './notification.ts'
import { aProof, aSoundService, aView, type ProvingParts } from './services.ts'

export interface Change {
  service?: Partial<Service>
  near?: ProvingParts
  far?: ProvingParts
  drills?: Drill[]
  now?: Instant
}

/** The sound service with one thing wrong. */
export function findings(change: Change): Map<string, ServiceFinding> {
  const sound = aSoundService('shop', change.service)
  const [near, far] = sound.checks
  const checks = [
    change.near ? aProof('near/shop', { points: near?.points ?? null, ...change.near }) : near,
    change.far
      ? aProof('far/shop', { points: far?.points ?? null, immutability: far?.check.immutability, ...change.far })
      : far,
  ].flatMap((check) => check ?? [])
  const view = aView(sound.service, checks, change.drills ?? sound.drills)
  return new Map(evaluateService(view, change.now ?? NOW).map((finding) => [finding.rule, finding]))
}
