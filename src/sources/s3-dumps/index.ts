import { instant } from '../../domain/instant.ts'
import type { Observation } from '../../domain/observation.ts'
import type { RecoveryPoint } from '../../domain/recovery-point.ts'
import { formatBytes } from '../../lib/bytes.ts'
import { type Clock, systemClock } from '../../lib/clock.ts'
import {
  type Bucket,
  type CredentialProvider,
  environmentCredentials,
  openBucket,
  S3Error,
  type S3Object,
} from '../../lib/s3/index.ts'
import { SecretError } from '../../lib/secret.ts'
import { outgoingPing, type PullSource, thresholdOf } from '../source.ts'
import { DEFAULT_MAX_AGE_MS, type Dump, dumpsOf, type S3DumpsConfig, s3DumpsConfig } from './config.ts'
import { readDump } from './read-dump.ts'

/** Dumps in S3 and in what speaks like it: the newest object under a prefix that is large enough. */
export const s3Dumps: PullSource<S3DumpsConfig> = createS3Dumps()

export function createS3Dumps({
  clock = systemClock,
  env = process.env,
}: {
  clock?: Clock
  env?: NodeJS.ProcessEnv
} = {}) {
  // kept as long as the configuration: what was learned of credentials and regions is not learned again at each look
  const opened = new WeakMap<S3DumpsConfig, Map<string, Bucket>>()

  function bucketOf(config: S3DumpsConfig, name: string): Bucket {
    const buckets = opened.get(config) ?? new Map<string, Bucket>()
    opened.set(config, buckets)
    const known = buckets.get(name)
    if (known) return known
    const bucket = openBucket({
      endpoint: config.endpoint,
      region: config.region,
      pathStyle: config.path_style,
      bucket: name,
      credentials: credentialsOf(config, env),
      retry: { clock },
    })
    buckets.set(name, bucket)
    return bucket
  }

  const source: PullSource<S3DumpsConfig> = {
    type: 's3-dumps',
    checkType: 's3-dump',
    defaultMaxAgeMs: DEFAULT_MAX_AGE_MS,
    defaultEveryMs: 15 * 60_000,
    config: s3DumpsConfig,

    scopes: (name, config) => dumpsOf(name, config).map((dump) => ({ id: dump.scope, source: name, name: dump.name })),

    threshold(name, config, check) {
      const dump = dumpsOf(name, config).find(({ scope }) => scope === check)
      return dump ? thresholdOf(dump.own, dump.path) : null
    },

    push(name, config, check) {
      return outgoingPing(dumpsOf(name, config).find(({ scope }) => scope === check)?.own.push_url)
    },

    unsafe: ({ profile }) =>
      profile === undefined ? [] : [{ path: ['profile'], why: 'picks credentials of this machine' }],
    permissions(config) {
      return dumpsOf('', config).map(({ bucket, base }) => ({
        action: 's3:ListBucket',
        resource: `arn:aws:s3:::${bucket}`,
        why: `to list the objects under "${base}" (it is enough where s3:prefix is like "${base}*"); nothing is read or written`,
      }))
    },

    async *scan(scope, config, context): AsyncIterable<Observation> {
      const dump = dumpsOf(scope.source, config).find(({ scope: id }) => id === scope.id)
      if (!dump) throw new RangeError(`no dump of the configuration is ${scope.id}`)
      try {
        const { tally, memory } = await readDump(bucketOf(config, dump.bucket), dump, context)
        context.remember(memory)
        yield resourceOf(dump, config, tally.newest())
        for (const found of [...tally.others(), ...tally.good()])
          yield { kind: 'recovery-point', point: pointOf(dump, found) }
        yield { kind: 'scope-complete', scope: scope.id, points: 'newest' }
      } catch (error) {
        if (error instanceof S3Error) {
          const { kind, message, advice } = error
          yield { kind: 'scope-failed', scope: scope.id, fault: { kind, message, advice } }
        } else if (error instanceof SecretError) {
          const fault = { kind: 'credentials' as const, message: error.message, advice: 'make it readable again' }
          yield { kind: 'scope-failed', scope: scope.id, fault }
        } else throw error
      }
    },
  }
  return source
}

function credentialsOf(config: S3DumpsConfig, env: NodeJS.ProcessEnv): CredentialProvider {
  const { access_key_id: id, secret_access_key: secret, session_token: token, profile, anonymous } = config
  if (anonymous) return async () => null
  if (!id || !secret) return environmentCredentials(env, { profile })
  return async () => ({
    accessKeyId: id.reveal(env),
    secretAccessKey: secret.reveal(env),
    sessionToken: token?.reveal(env),
  })
}

/** Tiers whose objects must be restored before they can be read. */
const ARCHIVED: Record<string, string> = {
  GLACIER: 'minutes to hours',
  DEEP_ARCHIVE: 'half a day to two days',
}

function resourceOf(dump: Dump, config: S3DumpsConfig, newest: S3Object | null): Observation {
  const wait = newest?.storageClass ? ARCHIVED[newest.storageClass] : undefined
  return {
    kind: 'resource',
    check: dump.scope,
    type: 's3-dump',
    resource: {
      id: `s3://${dump.bucket}/${dump.prefix}`,
      name: dump.name,
      provider: config.endpoint === undefined ? 'aws' : new URL(config.endpoint).host,
      account: null,
      region: config.region ?? null,
      tags: {},
    },
    ...(wait
      ? {
          detail: `The newest object is archived (${newest?.storageClass}): to read it takes ${wait} of waiting first.`,
        }
      : {}),
  }
}

function pointOf(dump: Dump, { key, lastModifiedAt: at, sizeBytes }: S3Object): RecoveryPoint {
  const tooSmall = sizeBytes < dump.minSizeBytes
  return {
    check: dump.scope,
    id: key,
    recoverableTo: instant(at),
    completedAt: instant(at),
    sizeBytes,
    state: tooSmall ? 'implausible' : 'complete',
    problem: tooSmall ? `${formatBytes(sizeBytes)} is less than min_size, ${formatBytes(dump.minSizeBytes)}` : null,
  }
}
