import { type Instant, plus } from '../domain/instant.ts'
import { checkpointItem } from '../evidence/items.ts'
import type { Signer } from '../evidence/key.ts'
import { redactedMessage } from '../lib/redact.ts'
import type { TaskContext } from './context.ts'
import { recordEndedWaivers } from './record-configuration.ts'

/** What was added since the last checkpoint is signed after this long. */
const CHECKPOINT_EVERY_MS = 3_600_000
/** What is too old goes a day's worth at a time: each cut is an entry of its own. */
const CUT_EVERY_MS = 86_400_000

/**
 * Looks after the chain of evidence: waivers that have run out, a signature over what is new, and, where it `cuts`, what is older
 * than it is kept. The checkpoint's line in the log is a copy of where the chain stood that lies elsewhere.
 */
export async function keepEvidence(
  context: TaskContext,
  now: Instant,
  { cuts, signal }: { cuts: boolean; signal: AbortSignal },
): Promise<void> {
  const { store, log } = context
  await store.write((tx) => recordEndedWaivers(tx, now))
  const signer = signerOf(context)
  if (!signer) return
  const head = await store.read.evidenceHead()
  if (!head) return
  const { checkpoint } = head
  const isNew = head.seq > (checkpoint?.seq ?? 0)
  // the distance: a clock that was put back must not silence it
  if (isNew && (!checkpoint || Math.abs(now - checkpoint.at) >= CHECKPOINT_EVERY_MS)) {
    await store.write((tx) => tx.addEvidence([checkpointItem(signer, now)]))
    const signed = await store.read.evidenceHead()
    if (signed)
      log.info(
        { head: `${signed.seq}:${signed.hash}`, chain: signed.chain, key: signer.fingerprint },
        'evidence was signed',
      )
  }
  const { keepMs } = context.config().evidence
  if (keepMs === null || !cuts) return
  const before = plus(now, -keepMs)
  const [oldest] = await store.read.evidence(0, 1)
  if (!oldest || oldest.at > before - CUT_EVERY_MS) return
  let more = true
  while (more && !signal.aborted) more = await store.write((tx) => tx.cutEvidence(before, signer, now))
}

/** Null: there is none, or it can't be used. Evidence goes on without signatures then. */
function signerOf({ signer, log }: TaskContext): Signer | null {
  try {
    return signer?.() ?? null
  } catch (error) {
    log.error({ error: redactedMessage(error) }, 'evidence can not be signed')
    return null
  }
}
