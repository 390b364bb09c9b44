import { hash } from 'node:crypto'
import type { PingReport } from '../../domain/ping.ts'
import type { CheckId } from '../../domain/recovery-point.ts'
import { checkIdOf, countsFromStart, graceOf, type HeartbeatConfig, revealed } from './config.ts'

/** A source of heartbeats as the configuration has it. */
export interface ConfiguredHeartbeats {
  name: string
  config: HeartbeatConfig
}

/** A heartbeat that its first report has made. */
interface CreatedHeartbeat {
  check: CheckId
  source: string
  slug: string
  uuid: string
}

/** Whom a report is for, with what is needed to take it in. */
export interface Recipient {
  check: CheckId
  source: string
  slug: string
  graceMs: number
  pointFromStart: boolean
}

/** create: the report makes this heartbeat. */
export type Resolution = { found: Recipient } | { create: Recipient } | 'unknown' | 'ambiguous'

/** Who has the key may make heartbeats, but not fill the disk with them. */
const MAX_CREATED_PER_SOURCE = 10_000

/** The sources of heartbeats among all configured ones: their settings were validated by our schema. */
export function configuredHeartbeats(
  sources: readonly { name: string; type: string; config: unknown }[],
): ConfiguredHeartbeats[] {
  return sources.filter((source): source is ConfiguredHeartbeats & { type: 'heartbeat' } => source.type === 'heartbeat')
}

/**
 * Finds the recipient of a report in constant time, however many heartbeats there are. Keys and tokens are kept and looked
 * up by their hashes, so that the time a look-up takes tells nothing of them.
 */
export class HeartbeatIndex {
  readonly #byUuid = new Map<string, Recipient[]>()
  readonly #byToken = new Map<string, Recipient[]>()
  readonly #bySlug = new Map<string, Recipient[]>()
  /** By the key's hash: the sources that have it. */
  readonly #byKey = new Map<string, ConfiguredHeartbeats[]>()
  readonly #sources = new Map<string, { source: ConfiguredHeartbeats; keyHash: string | null; created: number }>()
  readonly #known = new Map<CheckId, Recipient>()

  /** Throws SecretError where a key or token can't be read. */
  constructor(sources: readonly ConfiguredHeartbeats[], created: readonly CreatedHeartbeat[]) {
    for (const source of sources) {
      const key = revealed(source.config.ping_key)
      const keyHash = key === null ? null : digest(key)
      this.#sources.set(source.name, { source, keyHash, created: 0 })
      if (keyHash !== null) push(this.#byKey, keyHash, source)
      for (const [slug, own] of Object.entries(source.config.heartbeats ?? {})) {
        const recipient = this.#learn(source, slug, keyHash)
        const token = revealed(own.push_token)
        if (own.uuid !== undefined) push(this.#byUuid, own.uuid, recipient)
        if (token !== null) push(this.#byToken, digest(token), recipient)
      }
    }
    for (const heartbeat of created) this.add(heartbeat)
  }

  /** Takes in a heartbeat that was made since; one of a source that is gone is left out. */
  add({ source, slug, uuid }: CreatedHeartbeat): void {
    const place = this.#sources.get(source)
    if (!place) return
    place.created += 1
    const recipient = this.#known.get(checkIdOf(source, slug)) ?? this.#learn(place.source, slug, place.keyHash)
    const same = this.#byUuid.get(uuid)
    if (!same?.includes(recipient)) push(this.#byUuid, uuid, recipient)
  }

  resolve(to: PingReport['to']): Resolution {
    if ('uuid' in to) return only(this.#byUuid.get(to.uuid))
    if ('token' in to) return only(this.#byToken.get(digest(to.token)))
    const keyHash = digest(to.key)
    const found = only(this.#bySlug.get(`${keyHash}/${to.slug}`))
    if (found !== 'unknown' || !to.create) return found
    const maker = this.#byKey
      .get(keyHash)
      ?.find(({ name, config }) => config.create && (this.#sources.get(name)?.created ?? 0) < MAX_CREATED_PER_SOURCE)
    return maker ? { create: recipientOf(maker, to.slug) } : 'unknown'
  }

  #learn(source: ConfiguredHeartbeats, slug: string, keyHash: string | null): Recipient {
    const recipient = recipientOf(source, slug)
    this.#known.set(recipient.check, recipient)
    if (keyHash !== null) push(this.#bySlug, `${keyHash}/${slug}`, recipient)
    return recipient
  }
}

function recipientOf({ name, config }: ConfiguredHeartbeats, slug: string): Recipient {
  const check = checkIdOf(name, slug)
  return {
    check,
    source: name,
    slug,
    graceMs: graceOf(name, config, check),
    pointFromStart: countsFromStart(name, config, check),
  }
}

function only(recipients: readonly Recipient[] | undefined): Exclude<Resolution, { create: Recipient }> {
  const [first, second] = recipients ?? []
  if (!first) return 'unknown'
  return second ? 'ambiguous' : { found: first }
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const values = map.get(key)
  if (values) values.push(value)
  else map.set(key, [value])
}

function digest(secret: string): string {
  return hash('sha256', secret, 'base64url')
}
