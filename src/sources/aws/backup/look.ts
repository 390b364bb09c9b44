import type { Observation, ObservedCheck } from '../../../domain/observation.ts'
import type { Account } from '../account.ts'
import type { BackupConfig } from './config.ts'
import { type CopyRule, CopyRules, copyRulesOf, rememberedCopies } from './copied.ts'
import { readExisting } from './existing.ts'
import { openBackup } from './fetch.ts'
import { type BackupScope, observeBackups } from './observe.ts'
import { type BackupState, forsaken, newState, readBackup } from './read.ts'
import { tally } from './upkeep.ts'
import { observePosture } from './vaults/observe.ts'
import { type Posture, readPosture } from './vaults/posture.ts'
import { ownersIn, type WasteOptions, wasteIn } from './waste.ts'

/** What is known of the regions of one configuration, by scope, kept between looks while this process lives. */
export type BackupStates = Map<string, BackupState>

export interface BackupLook {
  account: Account
  config: BackupConfig
  scope: BackupScope
  /** How old a recovery point may be, in milliseconds. */
  maxAgeMs: number
  /** Whether plans say when a backup is due; else the configuration does. */
  isDueByPlan: boolean
  waste: WasteOptions
  states: BackupStates
  /** Whether somebody says that a recovery point may be gone: what is known of them is read again. */
  isDoubted: boolean
  signal: AbortSignal
  memory: unknown
  remember(memory: unknown): void
}

/** How vaults and plans were set up when it was last read. */
const postures = new WeakMap<BackupState, Posture>()
/** Which plans copy where, of all regions of one configuration. */
const copyRules = new WeakMap<BackupStates, CopyRules>()

/** What AWS Backup has in one region. Throws AwsError, with nothing told. */
export async function* lookAtBackup(look: BackupLook): AsyncGenerator<Observation> {
  const { scope, states } = look
  const state = states.get(scope.id) ?? newState()
  // two looks at once do not share what they know, until all of it is told
  states.delete(scope.id)
  // until they are read, however many looks that takes
  if (look.isDoubted) for (const read of state.reads.values()) read.at = Number.NEGATIVE_INFINITY
  try {
    yield* lookWith(state, look)
  } finally {
    states.set(scope.id, state)
  }
}

async function* lookWith(state: BackupState, look: BackupLook): AsyncGenerator<Observation> {
  const { account, config, scope, maxAgeMs, isDueByPlan, signal, remember } = look
  let late: readonly string[] = []
  let gone: ReadonlySet<string> = new Set()
  const reader = await openBackup(account, scope.region, signal)
  try {
    const { now, region } = scope
    await readBackup(reader, state, config, { now, maxAgeMs })
    late = forsaken(state, now - maxAgeMs)
    await readExisting(state.existing, late, { account, accountId: scope.account, region, now, signal })
    gone = new Set(late.filter((arn) => state.existing.gone.has(arn)))
  } finally {
    reader.close()
  }
  const rules = copyRules.get(look.states) ?? new CopyRules()
  copyRules.set(look.states, rules)
  const posture = config.posture === false ? null : await postureOf(look, state, rules.to(scope, look.memory))
  const { plans = null, resources } = posture ?? {}
  if (plans) rules.set(scope, copyRulesOf(plans, state.vaults))
  const copied = rules.to(scope, look.memory)
  yield* observeBackups(state, config, scope, { gone, isDueByPlan, plans, copied })
  const ownerOf = ownersIn(resources && 'value' in resources ? resources.value : [])
  const waste = wasteIn(state, { late, gone, plans, ownerOf }, scope, look.waste)
  if (!posture) return remember({ waste })
  const told: ObservedCheck[] = []
  for (const one of observePosture(posture, state, config, scope, copied)) {
    if (one.kind === 'resource') told.push(one)
    yield one
  }
  remember({ upkeep: tally(told), waste, copied: rememberedCopies(copied) })
}

async function postureOf(
  { account, config, scope, signal }: BackupLook,
  state: BackupState,
  copied: readonly CopyRule[],
): Promise<Posture> {
  const copiedTo = new Set(copied.map(({ to }) => to))
  const where = { copiedTo, account, accountId: scope.account, region: scope.region, signal, now: scope.now, state }
  const posture = await readPosture(where, config, postures.get(state))
  postures.set(state, posture)
  return posture
}
