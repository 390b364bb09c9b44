import type { Observation } from '../../../domain/observation.ts'
import type { Log } from '../../../lib/log.ts'
import type { Account } from '../account.ts'
import type { RdsConfig } from '../config.ts'
import { selection } from '../selector.ts'
import { allWaste } from '../waste.ts'
import { openRds } from './fetch.ts'
import { observeDatabases, type RdsScope } from './observe.ts'
import { type RdsState, readDatabases } from './read.ts'

/** What is known of the regions of one configuration, by scope, kept between looks while this process lives. */
export type RdsStates = Map<string, RdsState>

export interface LookAtRds {
  account: Account
  config: RdsConfig
  scope: RdsScope
  /** How old a snapshot may be, in milliseconds. */
  maxAgeMs: number
  states: RdsStates
  /** Snapshots that somebody says something has happened to. */
  named: ReadonlySet<string>
  signal: AbortSignal
  log: Log
  remember(memory: unknown): void
}

/** The databases of one region. Throws AwsError, with nothing told. */
export async function* lookAtDatabases(look: LookAtRds): AsyncGenerator<Observation> {
  const { account, config, scope, maxAgeMs, states, named, signal, log, remember } = look
  const isWanted = selection(config.include, config.exclude)
  const state = states.get(scope.id) ?? { ofInstances: null, ofClusters: null }
  // two looks at once do not share what they know, until all of it is told
  states.delete(scope.id)
  const reader = await openRds(account, scope.region, signal)
  try {
    const onEventless = (reason: string) =>
      log.warn(
        { scope: scope.id, reason },
        'RDS tells no events here, so all snapshots are listed once an hour: allow rds:DescribeEvents to ask for less',
      )
    const found = await readDatabases(reader, state, { now: scope.now, maxAgeMs, isWanted, named, onEventless })
    remember({ waste: allWaste([state.ofInstances?.waste, state.ofClusters?.waste]) })
    yield* observeDatabases(found, isWanted, config.pitr !== false, scope)
  } finally {
    reader.close()
    states.set(scope.id, state)
  }
}
