import type { Observation } from '../../domain/observation.ts'
import type { Scope, ScopeId } from '../../domain/scope.ts'
import { type Clock, systemClock } from '../../lib/clock.ts'
import type { Bucket } from '../../lib/s3/index.ts'
import { dumpFault } from '../parts/s3-dump/observe.ts'
import { outgoingPing, type PullSource, type ScanContext } from '../source.ts'
import { type Account, openAccount } from './account.ts'
import { type AccountConfig, accountById, ownAccount } from './account-config.ts'
import { BACKUP_MAX_AGE_MS, mayLookAt, POSTURE_MAX_AGE_MS } from './backup/config.ts'
import { type BackupStates, lookAtBackup } from './backup/look.ts'
import { upkeepOf } from './backup/upkeep.ts'
import { type AwsConfig, awsConfig, kindsOf } from './config.ts'
import type { AwsDump } from './dumps/config.ts'
import { lookAtDump, openAwsBucket } from './dumps/look.ts'
import { type EbsReader, openEbs } from './ebs/fetch.ts'
import { type EbsState, lookAgain } from './ebs/look-again.ts'
import { momentsOf } from './ebs/moments.ts'
import { observeVolume } from './ebs/observe.ts'
import { readVolumes } from './ebs/read.ts'
import type { VolumeFacts } from './ebs/volume.ts'
import { lookAtEvents, queueOf } from './events/look.ts'
import { openQueue } from './events/queue.ts'
import type { AwsEvent } from './events/read-event.ts'
import { awsHook } from './events/receive.ts'
import { AwsError } from './fault.ts'
import { permissionsOf } from './permissions.ts'
import { dumpOfCheck, partsOf, placeOf, placesOf } from './places.ts'
import { lookAtDatabases, type RdsStates } from './rds/look.ts'
import { readOrganization, readRegions } from './regions.ts'
import { selection } from './selector.ts'
import { EBS_MAX_AGE_MS, isDueByPlan, maxAgeMsOf, ownThreshold, RDS_MAX_AGE_MS, staleAfterMsOf } from './thresholds.ts'
import { unsafeSettings } from './unsafe.ts'
import { wasteOf } from './waste.ts'

/** So many scopes are kept that events are about, and that were not looked at yet. */
const MOST_HEARD = 1000
/** More than that come in a minute hardly; RDS is asked what has happened anyway. */
const MOST_NAMED = 100

/** Whoever sends events may name accounts and regions that are never looked at: they must not keep others out. */
function forgetOldest(heard: Set<ScopeId> | Map<ScopeId, unknown>): void {
  const [oldest] = heard.keys()
  if (heard.size > MOST_HEARD && oldest !== undefined) heard.delete(oldest)
}

/** AWS: what is backed up in each region of each account. */
export const aws: PullSource<AwsConfig> = createAws()

export function createAws({
  clock = systemClock,
  env = process.env,
}: {
  clock?: Clock
  env?: NodeJS.ProcessEnv
} = {}): PullSource<AwsConfig> {
  // kept as long as the configuration: the session of a role, and how much of each API's bucket is used
  const opened = new WeakMap<AwsConfig, Map<string, Account>>()
  const owners = new WeakMap<AwsConfig, Account>()
  const buckets = new WeakMap<Account, Map<string, Bucket>>()
  const states = new WeakMap<AwsConfig, Map<string, EbsState>>()
  const backups = new WeakMap<AwsConfig, BackupStates>()
  const databases = new WeakMap<AwsConfig, RdsStates>()

  /** Scopes of AWS Backup in which a recovery point may be gone, as events say. */
  const doubted = new WeakMap<AwsConfig, Set<ScopeId>>()
  function doubt(config: AwsConfig, scopes: readonly ScopeId[]): void {
    const before = doubted.get(config) ?? new Set()
    doubted.set(config, before)
    for (const scope of scopes) {
      before.delete(scope)
      before.add(scope)
      forgetOldest(before)
    }
  }

  /** Snapshots of databases that events are about, by scope. */
  const named = new WeakMap<AwsConfig, Map<ScopeId, Set<string>>>()
  function hear(config: AwsConfig, scopes: readonly ScopeId[], { isOfLoss, dbSnapshot }: AwsEvent): void {
    if (isOfLoss) doubt(config, scopes)
    if (dbSnapshot === null) return
    const known = named.get(config) ?? new Map<ScopeId, Set<string>>()
    named.set(config, known)
    for (const scope of scopes) {
      const names = known.get(scope) ?? new Set()
      if (names.size < MOST_NAMED) names.add(dbSnapshot)
      known.delete(scope)
      known.set(scope, names)
      forgetOldest(known)
    }
  }

  function takeNamed(config: AwsConfig, scope: ScopeId): ReadonlySet<string> {
    const known = named.get(config)
    const names = known?.get(scope) ?? new Set<string>()
    known?.delete(scope)
    return names
  }

  /** Why events could not be fetched when that was last tried by this process. */
  const queueFaults = new WeakMap<AwsConfig, AwsError | null>()

  function accountOf(config: AwsConfig, own: AccountConfig): Account {
    const accounts = opened.get(config) ?? new Map<string, Account>()
    opened.set(config, accounts)
    const key = own.id ?? ''
    const standIn = config.organization ? management(config) : undefined
    const account = accounts.get(key) ?? openAccount(config, own, { clock, env, standIn })
    accounts.set(key, account)
    return account
  }

  function bucketOf(config: AwsConfig, account: Account, dump: AwsDump): Bucket {
    const known = buckets.get(account) ?? new Map<string, Bucket>()
    buckets.set(account, known)
    const key = `${dump.own.region ?? ''}/${dump.bucket}`
    const bucket = known.get(key) ?? openAwsBucket(account, dump, config.endpoint, clock)
    known.set(key, bucket)
    return bucket
  }

  /** Whoever may ask the organization which accounts there are. */
  function management(config: AwsConfig): Account {
    const owner = owners.get(config) ?? openAccount(config, ownAccount(config), { clock, env })
    owners.set(config, owner)
    return owner
  }

  /** Where the account of this id is asked; null: it is none of ours. */
  function accountNamed(config: AwsConfig, id: string): Account | null {
    const found = accountById(config, id)
    return found && accountOf(config, found)
  }

  async function* look(scope: Scope, config: AwsConfig, context: ScanContext): AsyncGenerator<Observation> {
    const place = placeOf(scope, config)
    if (!place) throw new RangeError(`no scope of the configuration is ${scope.id}`)
    const { signal } = context
    if (place.kind === 'organization') {
      context.remember({ accounts: await readOrganization(management(config), signal) })
      return
    }
    if (place.kind === 'events') {
      const fault = queueFaults.get(config)
      if (fault) throw fault
      await lookAtEvents(scope.source, config, (id) => accountNamed(config, id), management(config), signal)
      return
    }
    const account = accountOf(config, place.account)
    if (place.kind === 'regions') {
      context.remember({ regions: await readRegions(account, signal) })
      return
    }
    if (place.kind === 's3') {
      const bucket = bucketOf(config, account, place.dump)
      yield* lookAtDump(account, bucket, place.dump, scope, context)
      return
    }
    const { region } = place
    const where = { id: scope.id, account: await account.id(signal), region, now: context.now }
    if (place.kind === 'rds') {
      const known: RdsStates = databases.get(config) ?? new Map()
      databases.set(config, known)
      yield* lookAtDatabases({
        account,
        config: config.checks?.rds ?? {},
        scope: where,
        maxAgeMs: maxAgeMsOf('rds', config),
        states: known,
        named: takeNamed(config, scope.id),
        signal,
        log: context.log,
        remember: context.remember,
      })
      return
    }
    if (place.kind === 'backup') {
      const known: BackupStates = backups.get(config) ?? new Map()
      backups.set(config, known)
      const maxAgeMs = maxAgeMsOf('backup', config)
      yield* lookAtBackup({
        account,
        config: config.checks?.backup ?? {},
        scope: where,
        maxAgeMs,
        isDueByPlan: isDueByPlan(config),
        waste: { staleAfterMs: staleAfterMsOf('backup', config), withDatabases: !kindsOf(config).includes('rds') },
        states: known,
        isDoubted: doubted.get(config)?.delete(scope.id) ?? false,
        signal,
        memory: context.memory,
        remember: context.remember,
      })
      return
    }
    const { include, exclude } = config.checks?.ebs ?? {}
    const isSelected = selection(include, exclude)
    const isWanted = (volume: VolumeFacts) =>
      isSelected({ ...volume, instances: volume.attached.map(({ instance }) => instance) })
    const reader = await openEbs({ account, region, signal })
    try {
      const { volumes, newest } = await readRegion(reader, scope, config, context, isWanted)
      const wanted = [...volumes.values()].filter(isWanted)
      const newestOf = (id: string) => newest.byVolume.get(id)
      const moments = momentsOf(wanted, newestOf)
      for (const volume of wanted) yield* observeVolume(volume, newestOf(volume.id), where, moments.get(volume.id))
    } finally {
      reader.close()
    }
  }

  /** By what is known from the last looks of this process, where that is enough; else whole. */
  async function readRegion(
    reader: EbsReader,
    scope: Scope,
    config: AwsConfig,
    { now, memory, remember }: ScanContext,
    isWanted: (volume: VolumeFacts) => boolean,
  ): Promise<Pick<EbsState, 'volumes' | 'newest'>> {
    const known = states.get(config) ?? new Map<string, EbsState>()
    states.set(config, known)
    const maxAgeMs = maxAgeMsOf('ebs', config)
    const staleAfterMs = staleAfterMsOf('ebs', config)
    const withBackup = !config.checks?.backup || !mayLookAt(config.checks.backup, 'EBS')
    const options = { now, maxAgeMs, staleAfterMs, withBackup, memory, isWanted }
    const state = known.get(scope.id)
    // while it is brought up to date it is nobody's: what fails half-way is not believed
    known.delete(scope.id)
    if (state && (await lookAgain(reader, state, options))) {
      known.set(scope.id, state)
      return state
    }
    const read = await readVolumes(reader, options)
    remember(read.memory)
    const { volumes, newest } = read
    if (read.memory.hasWindow) {
      for (const volume of newest.byVolume.keys()) if (!volumes.has(volume)) newest.byVolume.delete(volume)
      known.set(scope.id, { volumes, newest, readAt: now, wholeAt: now })
    }
    return read
  }

  return {
    type: 'aws',
    defaultMaxAgeMs: RDS_MAX_AGE_MS,
    defaultMaxAgeByType: { 'ebs-snapshot': EBS_MAX_AGE_MS, 'aws-backup': BACKUP_MAX_AGE_MS, ...POSTURE_MAX_AGE_MS },
    defaultEveryMs: 15 * 60_000,
    config: awsConfig,
    scopes: (name, config, memories) =>
      placesOf(name, config, memories).map((scope) => ({ id: scope.id, source: name, name: scope.name })),
    discovers: ({ name }) => name === 'organization' || /^regions(?::|$)/.test(name),
    threshold: ownThreshold,
    push: (name, config, check) => outgoingPing(dumpOfCheck(name, config, check)?.own.push_url),
    unsafe: unsafeSettings,
    hook: awsHook(clock, hear),
    queue(name, config) {
      const queue = queueOf(config)
      if (!queue) return null
      const account = accountNamed(config, queue.account) ?? management(config)
      return openQueue(name, config, account, queue, {
        onFault: (fault) => void queueFaults.set(config, fault),
        onEvent: hear,
      })
    },
    permissions: permissionsOf,
    waste(scope, config, memory) {
      const parts = partsOf(scope.name)
      if (!parts) return []
      const { account, region } = parts
      return wasteOf(memory, { account: account ?? ownAccount(config).id, region }, config.prices)
    },
    upkeep: {
      of: (scope, _config, memory) => (partsOf(scope.name)?.kind === 'backup' ? upkeepOf(memory) : null),
      types: ['aws-backup'],
    },

    async *scan(scope, config, context) {
      try {
        yield* look(scope, config, context)
        yield { kind: 'scope-complete', scope: scope.id, points: 'newest' }
      } catch (error) {
        const fault = error instanceof AwsError ? error.fault : dumpFault(error)
        if (!fault) throw error
        yield { kind: 'scope-failed', scope: scope.id, fault }
      }
    },
  }
}
