import { instant } from '../../src/domain/instant.ts'
import type { Observation } from '../../src/domain/observation.ts'
import { silentLog } from '../../src/lib/log.ts'
import type { PullSource, ScanContext } from '../../src/sources/source.ts'

/** What one scan has said, sorted. */
export interface Scanned {
  said: Observation[]
  checks: Extract<Observation, { kind: 'resource' }>[]
  points: Extract<Observation, { kind: 'recovery-point' }>['point'][]
  failures: Extract<Observation, { kind: 'job-failure' }>[]
  end: Observation | undefined
  fault: Extract<Observation, { kind: 'scope-failed' }>['fault'] | null
  /** What the scan asked to keep; undefined: nothing. */
  memory: unknown
}

export function scanContext(given: Partial<ScanContext> = {}): ScanContext {
  return {
    now: instant(Date.now()),
    signal: AbortSignal.timeout(20_000),
    log: silentLog,
    directory: '/',
    memory: null,
    remember() {},
    ...given,
  }
}

/** Scans one scope of a source whose configuration is given as a person writes it: `scope` is the name, or the first. */
export async function scanOf<C>(
  source: PullSource<C>,
  written: unknown,
  { scope, name = 'src', ...given }: Partial<ScanContext> & { scope?: string; name?: string } = {},
): Promise<Scanned> {
  const config = source.config.parse(written)
  const scopes = source.scopes(name, config)
  const chosen = scope === undefined ? scopes[0] : scopes.find((each) => each.name === scope)
  if (!chosen) throw new Error(`no scope ${scope} among ${scopes.map(({ id }) => id).join(', ')}`)
  let memory: unknown
  const context = scanContext({
    remember: (kept) => {
      memory = kept
    },
    ...given,
  })
  const said: Observation[] = []
  for await (const observation of source.scan(chosen, config, context)) said.push(observation)
  const end = said.at(-1)
  return {
    said,
    checks: said.filter((each) => each.kind === 'resource'),
    points: said.filter((each) => each.kind === 'recovery-point').map(({ point }) => point),
    failures: said.filter((each) => each.kind === 'job-failure'),
    end,
    fault: end?.kind === 'scope-failed' ? end.fault : null,
    memory,
  }
}
