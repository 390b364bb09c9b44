import { z } from 'zod'
import type { Config } from '../config/config.ts'
import { type Instant, instant } from '../domain/instant.ts'
import type { EvidenceItem } from '../evidence/entry.ts'
import { waiverItem } from '../evidence/items.ts'
import { canonicalJson } from '../lib/canonical-json.ts'
import { redact } from '../lib/redact.ts'
import type { Writer } from '../store/store.ts'
import { configurationParts, sha256 } from './configuration-parts.ts'

/** What was asked for, and what was accepted, by the time: without it a status of then proves nothing. */

const KNOWN = 'evidence.configuration'
const WAIVERS = 'evidence.waivers'
/** Larger parts are in the chain by their digest alone. */
const LONGEST = 32_000

const knownParts = z.record(z.string(), z.string())
const knownWaivers = z.record(
  z.string(),
  z.object({ service: z.string(), rule: z.string(), reason: z.string(), owner: z.string(), until: z.number() }),
)
type KnownWaiver = z.output<typeof knownWaivers>[string]

/** Records each part that is not as it was when this was last asked, and what became of waivers. */
export async function recordConfiguration(tx: Writer, config: Config, now: Instant): Promise<void> {
  const known = parsed(knownParts, await tx.valueForUpdate(KNOWN))
  const parts = configurationParts(config)
  const digests = Object.fromEntries([...parts].map(([part, { sha256: digest }]) => [part, digest]))
  const items: EvidenceItem[] = []
  const add = (body: Exclude<EvidenceItem['body'], (...given: never[]) => unknown>) =>
    items.push({ kind: 'configuration', at: now, body })
  for (const [part, { sha256: digest, settings }] of parts) {
    if (known[part] === digest) continue
    const event = known[part] === undefined ? 'added' : 'changed'
    add({ event, part, sha256: digest, settings: settings.length <= LONGEST ? JSON.parse(settings) : null })
  }
  for (const part of Object.keys(known)) if (!parts.has(part)) add({ event: 'removed', part })
  if (items.length > 0) {
    // of all parts together: "PART DIGEST" each, in their order
    const all = Object.entries(digests).map(([part, digest]) => `${part} ${digest}\n`)
    add({ event: 'in-force', parts: parts.size, sha256: sha256(all.sort().join('')) })
    await tx.setValue(KNOWN, JSON.stringify(digests))
  }
  await tx.addEvidence(items)
  await recordWaivers(tx, waiversOf(config, now), now)
}

/** Waivers that have run out since this was last asked. */
export async function recordEndedWaivers(tx: Writer, now: Instant): Promise<void> {
  await recordWaivers(tx, null, now)
}

function waiversOf(config: Config, now: Instant): Map<string, KnownWaiver> {
  const all = config.services.flatMap(({ name: service, waivers }) =>
    waivers.map(({ rule, reason, owner, until }) => ({
      service,
      rule,
      reason: redact(reason),
      owner: redact(owner),
      until,
    })),
  )
  return new Map(all.filter(({ until }) => now < until).map((waiver) => [`${waiver.service} ${waiver.rule}`, waiver]))
}

/** With `wanted` null those that are known stay, but for those that have run out. */
async function recordWaivers(tx: Writer, wanted: Map<string, KnownWaiver> | null, now: Instant): Promise<void> {
  const text = await tx.valueForUpdate(WAIVERS)
  if (text === null && !wanted?.size) return
  const known = new Map(Object.entries(parsed(knownWaivers, text)))
  const items: EvidenceItem[] = []
  const add = (event: 'made' | 'changed' | 'ended' | 'removed', waiver: KnownWaiver) =>
    items.push(waiverItem(event, { ...waiver, until: instant(waiver.until) }, now))
  for (const [id, waiver] of known) {
    if (waiver.until > now && (wanted === null || wanted.has(id))) continue
    // a waiver that was taken out of the configuration ends early
    if (!wanted?.has(id)) add(waiver.until <= now ? 'ended' : 'removed', waiver)
  }
  for (const [id, waiver] of wanted ?? []) {
    const before = known.get(id)
    if (!before) add('made', waiver)
    else if (canonicalJson(before) !== canonicalJson(waiver)) add('changed', waiver)
  }
  if (items.length === 0) return
  const left = wanted ?? new Map([...known].filter(([, { until }]) => until > now))
  await tx.setValue(WAIVERS, JSON.stringify(Object.fromEntries(left)))
  await tx.addEvidence(items)
}

function parsed<T>(form: z.ZodType<T>, text: string | null): T {
  return form.parse(text === null ? {} : JSON.parse(text))
}
