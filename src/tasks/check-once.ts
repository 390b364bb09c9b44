import type { Config } from '../config/config.ts'
import type { Check } from '../domain/check.ts'
import type { Drill } from '../domain/drill.ts'
import type { Look } from '../domain/facts.ts'
import { instant } from '../domain/instant.ts'
import type { Policy } from '../domain/policy.ts'
import type { Scope, ScopeId } from '../domain/scope.ts'
import type { SourceFault } from '../domain/source-fault.ts'
import { evaluate } from '../evaluation/evaluate.ts'
import { unreadScope } from '../inventory/unread-scope.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { typeOfChecks } from '../sources/source.ts'
import { drillsIn } from './keep-drills.ts'
import { observe } from './observe.ts'
import { isPulled, type PulledSource } from './pulled.ts'

export interface CheckedScope {
  scope: Scope
  fault: SourceFault | null
}

export interface CheckedOnce {
  checks: Check[]
  scopes: CheckedScope[]
  /** Restores that the places report. */
  drills: Drill[]
  /** Sources that can't be looked at without a running instance. */
  skipped: string[]
}

export interface CheckOnceOptions {
  config: Config
  policyOf(check: Pick<Check, 'id' | 'source' | 'type' | 'resource' | 'expects'>): Policy
  /** Whether to look at this scope. */
  wants(scope: Scope): boolean
  /** Whether any scope of this source may be wanted: else it isn't asked which there are. Without it, of each. */
  wantsSource?(name: string): boolean
  clock: Clock
  log: Log
  signal: AbortSignal
  onProgress(done: number, total: number, scope: Scope): void
}

/** Looks at each scope once and judges what is there, without a database: what is known is what is seen now. */
export async function checkOnce(options: CheckOnceOptions): Promise<CheckedOnce> {
  const { config, signal } = options
  const pulled = config.sources.filter(isPulled)
  const skipped = config.sources.filter((source) => !isPulled(source)).map((source) => source.name)
  const results: LookedOnce[] = []
  const found = await Promise.all(pulled.map((source) => findScopes(source, options)))
  const queue = found.flatMap(({ source, scopes, looked }) => {
    results.push(...looked)
    return scopes.filter((scope) => options.wants(scope)).map((scope) => ({ source, scope }))
  })
  const before = results.length
  const waiting = queue.entries()
  let done = 0
  const lane = async () => {
    for (const [index, { source, scope }] of waiting) {
      if (signal.aborted) return
      results[before + index] = await lookOnce(source, scope, options, () => undefined)
      options.onProgress(++done, queue.length, scope)
    }
  }
  await Promise.all(Array.from({ length: Math.min(config.concurrency, queue.length) }, lane))
  const finished = results.filter((result) => result !== undefined)
  return {
    checks: finished.flatMap(({ checks }) => checks),
    scopes: finished.map(({ scope }) => scope),
    drills: finished.flatMap(({ drills }) => drills),
    skipped,
  }
}

type Pulled = PulledSource
type LookedOnce = { checks: Check[]; scope: CheckedScope; drills: Drill[] }

/** The scopes of a source, after a look at those that only find the others out; how these looks went, where it matters. */
async function findScopes(source: Pulled, options: CheckOnceOptions) {
  const { name, source: kind, config } = source
  const looked: LookedOnce[] = []
  if (!kind.discovers) return { source, looked, scopes: kind.scopes(name, config) }
  if (options.wantsSource?.(name) === false) return { source, looked, scopes: [] }
  const memories = new Map<ScopeId, unknown>()
  for (;;) {
    const scopes = kind.scopes(name, config, (scope) => memories.get(scope) ?? null)
    const [finders, others] = [scopes.filter((scope) => kind.discovers?.(scope)), new Set(scopes)]
    const next = finders.filter(({ id }) => !memories.has(id))
    if (next.length === 0 || options.signal.aborted) {
      for (const finder of finders) others.delete(finder)
      return { source, looked, scopes: [...others] }
    }
    await Promise.all(
      next.map(async (finder) => {
        memories.set(finder.id, null)
        const look = await lookOnce(source, finder, options, (memory) => memories.set(finder.id, memory))
        if (look.scope.fault || options.wants(finder)) looked.push(look)
      }),
    )
  }
}

async function lookOnce(
  { source, config, timeoutMs }: Pulled,
  scope: Scope,
  options: CheckOnceOptions,
  remember: (memory: unknown) => void,
): Promise<LookedOnce> {
  const now = instant(options.clock.now())
  const outlook = await observe(source, scope, config, {
    now,
    signal: AbortSignal.any([options.signal, AbortSignal.timeout(timeoutMs)]),
    log: options.log,
    directory: options.config.directory,
    memory: null,
    remember,
  })
  const fault = outlook.outcome === 'failed' ? outlook.fault : null
  const look: Look = fault ? { outcome: 'failed', fault, tries: 1 } : { outcome: 'complete' }
  const seen =
    outlook.outcome === 'complete'
      ? [...outlook.sightings.values()].map(({ observed, facts }) => ({
          id: observed.check,
          type: observed.type,
          resource: observed.resource,
          detail: observed.detail ?? null,
          bornAt: observed.bornAt ?? null,
          conditions: observed.conditions,
          immutability: observed.immutability,
          expects: observed.expects,
          facts,
        }))
      : [unreadScope(scope, typeOfChecks(source))]
  const checks = seen.map((known): Check => {
    const subject = { ...known, source: scope.source, scope: scope.id, firstSeenAt: now, look, paused: null }
    const { judgement } = evaluate(subject, options.policyOf(subject), null, now)
    return { ...subject, judgement, memory: null, lastLookAt: now, retiredAt: null }
  })
  const drills =
    outlook.outcome === 'complete'
      ? drillsIn(
          [...outlook.sightings.values()].flatMap((sighting) => sighting.drills),
          scope.source,
          now,
        )
      : []
  return { checks, scope: { scope, fault }, drills }
}
