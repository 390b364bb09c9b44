import { createHash } from 'node:crypto'
import type { Config, ConfiguredSource } from '../config/config.ts'
import { type Instant, instant } from '../domain/instant.ts'
import type { Scope } from '../domain/scope.ts'
import { redact } from '../lib/redact.ts'
import type { Writer } from '../store/store.ts'
import type { TaskContext } from './context.ts'
import { declareHeartbeats } from './declare-heartbeats.ts'
import { retireChecks } from './judge.ts'
import { recordConfiguration } from './record-configuration.ts'

/**
 * Brings the store in line with the configuration: scopes come and go, what nobody watches any more is retired with its
 * incidents, and sources whose settings have changed since they were last declared are looked at again.
 */
export async function declare(context: TaskContext): Promise<void> {
  const config = context.config()
  const now = instant(context.clock.now())
  const names = config.sources.map((source) => source.name)
  await context.store.write(async (tx) => {
    await recordConfiguration(tx, config, now)
    const scopes: Scope[] = []
    for (const source of config.sources) scopes.push(...(await scopesOf(source, tx)))
    const before = await tx.retireOtherSources(names, now)
    await retireChecks(tx, await tx.checksById(before), 'It is not in the configuration any more.', context, now)
    const gone = await tx.declareScopes(scopes, names, now)
    await retireChecks(tx, await tx.checksById(gone), 'Its scope is not in the configuration any more.', context, now)
  })
  for (const source of config.sources) {
    if ('scan' in source.source) await lookAgainIfChanged(source, config, context, now)
    else await declareHeartbeats(source, source.source, context, now)
  }
}

/**
 * Brings the scopes of one source in line with what its looks have found out (the regions of an account), in the
 * transaction that ends such a look.
 */
export async function declareFound(
  tx: Writer,
  source: ConfiguredSource,
  context: TaskContext,
  now: Instant,
): Promise<void> {
  const gone = await tx.declareScopes(await scopesOf(source, tx), [source.name], now)
  await retireChecks(tx, await tx.checksById(gone), `${source.name} has no such scope any more.`, context, now)
}

/** A source that is pulled says its scopes; one that reports by itself is one scope, looked at when a report is overdue. */
async function scopesOf({ name, source, config }: ConfiguredSource, tx: Writer): Promise<Scope[]> {
  if (!('scan' in source)) return [{ id: name, source: name, name }]
  if (!source.discovers) return source.scopes(name, config)
  const known = new Map((await tx.scopesOfSource(name)).map(({ id, memory }) => [id, memory]))
  return source.scopes(name, config, (scope) => known.get(scope) ?? null)
}

async function lookAgainIfChanged(
  source: ConfiguredSource,
  config: Config,
  context: TaskContext,
  now: Instant,
): Promise<void> {
  const key = `settings:${source.name}`
  // secrets stand as "[secret]" in here: a look with a new one comes by the retries of the old one's failure. An address may
  // hold a password too, so it is masked, and only a digest is kept
  const { config: own, everyMs, timeoutMs, threshold, overrides, owner, tags } = source
  const said = JSON.stringify([
    own,
    everyMs,
    timeoutMs,
    threshold,
    overrides,
    owner,
    tags,
    config.services,
    config.defaults,
    config.errorGrace,
  ])
  const settings = createHash('sha256').update(redact(said)).digest('hex')
  if ((await context.store.read.value(key)) === settings) return
  await context.store.write(async (tx) => {
    await tx.setValue(key, settings)
    await tx.requestLook({ source: source.name }, now)
  })
}
