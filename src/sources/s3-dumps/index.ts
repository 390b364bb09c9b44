import type { Observation } from '../../domain/observation.ts'
import { type Clock, systemClock } from '../../lib/clock.ts'
import { type Bucket, type CredentialProvider, environmentCredentials, openBucket } from '../../lib/s3/index.ts'
import { DUMP_MAX_AGE_MS, dumpPermissions } from '../parts/s3-dump/dump.ts'
import { dumpFault, observeDump } from '../parts/s3-dump/observe.ts'
import { outgoingPing, type PullSource, thresholdOf } from '../source.ts'
import { dumpsOf, type S3DumpsConfig, s3DumpsConfig } from './config.ts'

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
    defaultMaxAgeMs: DUMP_MAX_AGE_MS,
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
    permissions: (config) => dumpsOf('', config).flatMap((dump) => dumpPermissions(dump)),

    async *scan(scope, config, context): AsyncIterable<Observation> {
      const dump = dumpsOf(scope.source, config).find(({ scope: id }) => id === scope.id)
      if (!dump) throw new RangeError(`no dump of the configuration is ${scope.id}`)
      const { bucket, name, scope: check } = dump
      const provider = config.endpoint === undefined ? 'aws' : new URL(config.endpoint).host
      const resource = { name, provider, account: null, region: config.region ?? null }
      try {
        yield* observeDump(bucketOf(config, bucket), dump, { check, resource }, context)
        yield { kind: 'scope-complete', scope: scope.id, points: 'newest' }
      } catch (error) {
        const fault = dumpFault(error)
        if (!fault) throw error
        yield { kind: 'scope-failed', scope: scope.id, fault }
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
