import type { ApiContext } from '../../src/api/context.ts'
import type { Config } from '../../src/config/config.ts'
import type { PointSummary } from '../../src/domain/facts.ts'
import { plus } from '../../src/domain/instant.ts'
import type { Service } from '../../src/domain/service.ts'
import type { ProvingCheck } from '../../src/evaluation/services/proving-check.ts'
import { aConfig, startApi, type TestApi } from './api.ts'
import { NOW } from './notification.ts'

/** A server whose configuration has these services, and whose database has these checks with their points. */
export async function startServiceApi(
  services: readonly Service[],
  proofs: readonly ProvingCheck[],
  more: { config?: Partial<Config>; context?: Partial<ApiContext>; webRoot?: string } = {},
): Promise<TestApi> {
  const base = aConfig()
  const [model] = base.sources
  if (!model) throw new Error('the sample configuration has changed')
  const names = new Set(proofs.map(({ check }) => check.source))
  const config: Config = {
    ...base,
    sources: [...names].map((name) => ({ ...model, name })),
    ...more.config,
    services: services.map((service) => ({ ...service, at: { file: base.path, line: 1, column: 1 } })),
  }
  const api = await startApi({
    checks: proofs.map(({ check, tags }) => ({ ...check, resource: { ...check.resource, tags } })),
    context: { config: () => config, ...more.context },
    ...(more.webRoot !== undefined && { webRoot: more.webRoot }),
  })
  await api.store.write((tx) => tx.savePoints(proofs.flatMap(pointsOf), plus(NOW, -1)))
  return api
}

function pointsOf({ check, points }: ProvingCheck) {
  return (points ?? []).map((point: PointSummary) => ({
    ...point,
    check: check.id,
    completedAt: null,
    state: 'complete' as const,
    problem: null,
  }))
}
