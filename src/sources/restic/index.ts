import type { CheckId } from '../../domain/recovery-point.ts'
import type { PullSource } from '../source.ts'
import { namesOf, pushUrlOf, type ResticConfig, repositoryOf, resticConfig, thresholdOf } from './config.ts'
import { readFast } from './fast.ts'
import { readFull } from './full.ts'
import { observe } from './observe.ts'
import { permissionsOf } from './permissions.ts'
import { fromResticMonitor } from './restic-monitor.ts'
import { unsafeSettings } from './unsafe.ts'

const HOUR_MS = 3_600_000

/** The name of the repository that a check is about: "fleet/web-server/HOST:/path" is about "web-server". */
function repositoryName(source: string, check: CheckId): string {
  return check.slice(source.length + 1).split('/', 1)[0] ?? ''
}

export const restic: PullSource<ResticConfig> = {
  type: 'restic',
  defaultMaxAgeMs: 24 * HOUR_MS,
  defaultEveryMs: HOUR_MS,
  config: resticConfig,
  importers: { 'restic-monitor': fromResticMonitor },

  scopes: (source, config) => namesOf(source, config).map((name) => ({ id: `${source}/${name}`, source, name })),

  threshold: (source, config, check) => thresholdOf(source, config, repositoryName(source, check)),

  push(source, config, check) {
    const name = repositoryName(source, check)
    // the groups in it have no monitor of their own
    const url = check === `${source}/${name}` ? pushUrlOf(source, config, name) : null
    return url ? { format: 'kuma', url } : null
  },

  unsafe: unsafeSettings,

  permissions: (config) => {
    // a single repository is called as the source is, which its permissions don't depend on
    const repositories = namesOf('', config).map((name) => repositoryOf('', config, name))
    return permissionsOf(repositories.filter((repository) => repository !== null))
  },

  async *scan(scope, config, context) {
    const repository = repositoryOf(scope.source, config, scope.name)
    if (!repository) throw new Error(`${scope.id} is not in the configuration`)
    const fast = repository.mode === 'fast' ? await readFast(repository, context) : null
    const looked = fast ?? (await readFull(repository, context))
    if ('fault' in looked) {
      yield { kind: 'scope-failed', scope: scope.id, fault: looked.fault }
      return
    }
    const how = fast ? 'fast' : repository.mode === 'fast' ? 'fell-back' : 'full'
    yield* observe(repository, looked.groups, how, context.now)
    yield { kind: 'scope-complete', scope: scope.id, points: 'all' }
  },
}
