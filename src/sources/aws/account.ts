import { type Clock, systemClock } from '../../lib/clock.ts'
import { rememberSecret } from '../../lib/redact.ts'
import { environmentCredentials, S3Error } from '../../lib/s3/index.ts'
import { type AccountConfig, partitionOf } from './account-config.ts'
import { type ClientOptions, type Credentials, clientConfig, watchRequests } from './client.ts'
import type { AwsConfig } from './config.ts'
import { AwsError, awsError, isExpired, LOG_IN, maybeDisabledRegion } from './fault.ts'
import { EC2_BUCKET, RateLimit } from './rate-limit.ts'

/** One account, as whoever the configuration says that we are in it. Kept as long as the configuration. */
export interface Account {
  /** Its 12 digits: as configured, else as AWS says. */
  id(signal: AbortSignal): Promise<string>
  /** Where to ask what is not of one region. */
  homeRegion: string
  /** Of a client for a region of it. */
  options(region: string): ClientOptions
  /** Of EC2's API in a region: its requests are counted by AWS for the account, region and API. */
  limit(region: string, api: string): RateLimit
  /**
   * Does `work`, which makes one request of `action` in `region`. Once more where the credentials have come to their end
   * before their time. Throws AwsError.
   */
  ask<T>(action: string, region: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>
}

export interface AccountEnvironment {
  clock: Clock
  env: NodeJS.ProcessEnv
  /** Who asks where the role can't be taken on, if it is of the same account: AWS makes the roles of an organization in its members only. */
  standIn?: Account | undefined
}

/** For so long a stand-in is not asked to take on the role once more. */
const STAND_IN_MS = 60 * 60_000

/** Temporary credentials are renewed this long before they end. */
const RENEW_BEFORE_MS = 5 * 60_000
const SESSION_NAME = 'backproof'
const HOME: Readonly<Record<string, string>> = { 'aws-cn': 'cn-north-1', 'aws-us-gov': 'us-gov-west-1' }

export function openAccount(
  config: AwsConfig,
  own: AccountConfig,
  { clock, env, standIn }: AccountEnvironment = { clock: systemClock, env: process.env },
): Account {
  const homeRegion = homeOf(config, own, env)
  const found = environmentCredentials(env, { profile: own.profile, now: () => clock.now() })
  const limits = new Map<string, RateLimit>()
  const by = own.roleArn ?? (own.profile ? `profile ${own.profile}` : 'the credentials that were found here')
  let role: { credentials: Promise<Credentials>; until: number } | null = null
  let id: string | null = null

  /** Those that the configuration or the machine gives. */
  async function ownCredentials(): Promise<Credentials> {
    try {
      const { access_key_id: key, secret_access_key: secret, session_token: token } = config
      if (key && secret)
        return {
          accessKeyId: key.reveal(env),
          secretAccessKey: secret.reveal(env),
          ...(token ? { sessionToken: token.reveal(env) } : {}),
        }
      const given = await found()
      if (!given) throw new TypeError('there are no credentials')
      const { accessKeyId, secretAccessKey, sessionToken } = given
      return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
    } catch (cause) {
      if (cause instanceof S3Error) throw new AwsError('credentials', cause.message, LOG_IN, { cause })
      throw cause
    }
  }

  async function assumeRole(roleArn: string): Promise<Credentials> {
    const { STSClient, AssumeRoleCommand } = await import('@aws-sdk/client-sts')
    const client = new STSClient(clientConfig({ ...options(homeRegion), credentials: ownCredentials }))
    const signal = AbortSignal.timeout(60_000)
    watchRequests(client.middlewareStack, { signal })
    try {
      const externalId = own.externalId?.reveal(env)
      const command = new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: SESSION_NAME,
        ...(externalId === undefined ? {} : { ExternalId: externalId }),
      })
      const { Credentials: given } = await client.send(command, { abortSignal: signal })
      if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken)
        throw new AwsError('unreadable', `sts:AssumeRole gave no credentials for ${roleArn}.`, 'Check the endpoint.')
      rememberSecret(given.SecretAccessKey)
      rememberSecret(given.SessionToken)
      return {
        accessKeyId: given.AccessKeyId,
        secretAccessKey: given.SecretAccessKey,
        sessionToken: given.SessionToken,
        ...(given.Expiration ? { expiration: given.Expiration } : {}),
      }
    } catch (cause) {
      throw awsError(cause, { action: 'sts:AssumeRole', region: homeRegion, by: roleArn })
    } finally {
      client.destroy()
    }
  }

  /** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access-cross-account-role.html */
  async function takeOn(roleArn: string): Promise<Credentials> {
    try {
      return await assumeRole(roleArn)
    } catch (error) {
      const isDenied = error instanceof AwsError && error.fault.kind === 'denied'
      if (!standIn || !isDenied || (await idOf(standIn)) !== own.id) throw error
      return await lend(standIn)
    }
  }

  async function lend(lender: Account): Promise<Credentials> {
    const given = await lender.options(homeRegion).credentials()
    const end = clock.now() + STAND_IN_MS + RENEW_BEFORE_MS
    return { ...given, expiration: new Date(Math.min(end, given.expiration?.getTime() ?? end)) }
  }

  async function keepUntilItEnds(asked: { credentials: Promise<Credentials>; until: number }): Promise<void> {
    try {
      const { expiration } = await asked.credentials
      asked.until = (expiration?.getTime() ?? clock.now()) - RENEW_BEFORE_MS
    } catch {
      // whoever asked has heard of it; the next one asks anew
      if (role === asked) role = null
    }
  }

  function credentials(): Promise<Credentials> {
    const { roleArn } = own
    if (roleArn === null) return ownCredentials()
    if (role && clock.now() < role.until) return role.credentials
    // whoever comes while it is asked for waits for the same answer
    const asked = { credentials: takeOn(roleArn), until: Number.POSITIVE_INFINITY }
    role = asked
    void keepUntilItEnds(asked)
    return asked.credentials
  }

  // the SDK would keep them by itself, and not see that we have new ones
  const provider = Object.assign(credentials, { memoized: true })
  const options = (region: string): ClientOptions => ({ region, endpoint: config.endpoint, credentials: provider })

  async function whoAmI(signal: AbortSignal): Promise<string> {
    const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts')
    const client = new STSClient(clientConfig(options(homeRegion)))
    watchRequests(client.middlewareStack, { signal })
    try {
      const { Account: account } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal })
      if (account) return account
      throw new AwsError(
        'unreadable',
        'sts:GetCallerIdentity did not say which account this is.',
        'Check the endpoint.',
      )
    } finally {
      client.destroy()
    }
  }

  const account: Account = {
    homeRegion,
    options,

    async id(signal) {
      if (own.id !== null) return own.id
      if (id) return id
      id = await account.ask('sts:GetCallerIdentity', homeRegion, signal, () => whoAmI(signal))
      return id
    },

    limit(region, api) {
      const key = `${region} ${api}`
      const limit = limits.get(key) ?? new RateLimit(EC2_BUCKET, clock)
      limits.set(key, limit)
      return limit
    },

    async ask(action, region, signal, work) {
      const asked = { action, region, by }
      // found first, so that their failure is not taken for one of the request, and tried again as such
      const attempt = () => unlessAborted(credentials().then(work), signal)
      try {
        return await attempt()
      } catch (error) {
        if (signal.aborted) throw awsError(new DOMException('the look was cut off', 'TimeoutError'), asked)
        if (isExpired(error) && own.roleArn !== null) {
          role = null
          try {
            return await attempt()
          } catch (again) {
            throw awsError(again, asked)
          }
        }
        if (!maybeDisabledRegion(error) || region === homeRegion) throw awsError(error, asked)
        const good = await whoAmI(signal).then(
          () => true,
          () => false,
        )
        throw awsError(error, asked, good)
      }
    },
  }
  return account
}

/** Null: it can't be told now. */
async function idOf(account: Account): Promise<string | null> {
  try {
    return await account.id(AbortSignal.timeout(60_000))
  } catch {
    return null
  }
}

function homeOf(config: AwsConfig, { regions }: AccountConfig, env: NodeJS.ProcessEnv): string {
  const byPartition = HOME[partitionOf(config)]
  if (regions !== 'all' && regions[0]) return regions[0]
  return byPartition ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1'
}

/** The SDK sees an abort while it talks, not while it waits for its next try. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(new DOMException('the look was cut off', 'AbortError'))
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort)
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
    work.catch(() => undefined)
    aborted.catch(() => undefined)
  }
}
