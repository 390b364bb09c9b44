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
  z.object({
    service: z.string(),
    rule: z.string(),
    reason: z.string(),
    owner: z.string(),
    until: z.number(),
    /** It has run out. */
    ended: z.boolean().optional(),
  }),
)
type KnownWaiver = z.output<typeof knownWaivers>[string]
type Waiver = Omit<KnownWaiver, 'ended'>

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
  await recordWaivers(tx, waiversOf(config), now)
}

/** Waivers that have run out since this was last asked, and those that count again. */
export async function recordEndedWaivers(tx: Writer, now: Instant): Promise<void> {
  await recordWaivers(tx, null, now)
}

/** Of several of one rule the one that ends last. */
function waiversOf(config: Config): Map<string, Waiver> {
  const all = config.services.flatMap(({ name: service, waivers }) =>
    waivers.map(({ rule, reason, owner, until }) => ({
      service,
      rule,
      reason: redact(reason),
      owner: redact(owner),
      until,
    })),
  )
  all.sort((a, b) => a.until - b.until)
  return new Map(all.map((waiver) => [`${waiver.service} ${waiver.rule}`, waiver]))
}

/**
 * With `declared` null those that are known stay. One that has run out is remembered as long as it is declared: should the clock have
 * been ahead, it counts again once that is put right.
 */
async function recordWaivers(tx: Writer, declared: ReadonlyMap<string, Waiver> | null, now: Instant): Promise<void> {
  const text = await tx.valueForUpdate(WAIVERS)
  if (text === null && !declared?.size) return
  const known = parsed(knownWaivers, text)
  const items: EvidenceItem[] = []
  const add = (event: Parameters<typeof waiverItem>[0], waiver: Waiver) =>
    items.push(waiverItem(event, { ...waiver, until: instant(waiver.until) }, now))
  const left: Record<string, KnownWaiver> = {}
  for (const id of new Set([...Object.keys(known), ...(declared?.keys() ?? [])])) {
    const { was, ended } = earlier(known[id])
    const wanted = declared === null ? was : (declared.get(id) ?? null)
    const isSame = canonicalJson(was) === canonicalJson(wanted)
    if (wanted && now < wanted.until) {
      if (ended || !was) add(ended && isSame ? 'resumed' : 'made', wanted)
      else if (!isSame) add('changed', wanted)
      left[id] = wanted
    } else if (was) {
      // one that was taken out of the configuration ends early
      if (!ended) add(was.until <= now ? 'ended' : 'removed', was)
      if (wanted) left[id] = { ...wanted, ended: true }
    }
  }
  await tx.addEvidence(items)
  const next = JSON.stringify(left)
  if (next !== text) await tx.setValue(WAIVERS, next)
}

function earlier(known: KnownWaiver | undefined): { was: Waiver | null; ended: boolean } {
  if (!known) return { was: null, ended: false }
  const { ended = false, ...was } = known
  return { was, ended }
}

function parsed<T>(form: z.ZodType<T>, text: string | null): T {
  return form.parse(text === null ? {} : JSON.parse(text))
}
