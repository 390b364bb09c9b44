import { generateKeyPairSync } from 'node:crypto'
import { instant } from '../../src/domain/instant.ts'
import { bundle } from '../../src/evidence/bundle.ts'
import { chained, type EvidenceEntry, type EvidenceItem, NO_HASH } from '../../src/evidence/entry.ts'
import { type Signer, signerOf } from '../../src/evidence/key.ts'
import type { Verdict, VerifyOptions } from '../../src/evidence/verdict.ts'
import { verifyBundle } from '../../src/evidence/verify.ts'
import { at } from './records.ts'

/** A private key as PEM. */
export function aPrivateKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
}

export function aSigner(): Signer {
  return signerOf(aPrivateKey(), 'the test')
}

export const CHAIN = '6f1c3a3e-0c0e-4c4e-9a3f-1d2e3f405060'

/** A chain of these items, from its first entry on. */
export function aChain(items: readonly EvidenceItem[]): EvidenceEntry[] {
  const begun: EvidenceItem = { kind: 'chain', at: at(), body: { chain: CHAIN } }
  return chained({ chain: CHAIN, seq: 0, hash: NO_HASH }, [begun, ...items]).entries
}

/** The lines of a bundle of these entries. */
export async function linesOfBundle(
  entries: readonly EvidenceEntry[],
  signer: Signer,
  from = false,
  chain = CHAIN,
): Promise<string[]> {
  const [first] = entries
  async function* pages() {
    for (const entry of entries) yield [entry]
  }
  const range = {
    from: from ? instant(first?.at ?? 0) : null,
    to: null,
    first: first?.seq ?? 1,
    prev: first?.prev ?? NO_HASH,
  }
  let text = ''
  for await (const part of bundle(pages(), { chain, range, end: null, exportedAt: at(99), version: '0.1.0', signer }))
    text += part
  return text.split('\n').slice(0, -1)
}

export async function verified(bytes: Buffer | string, options: Partial<VerifyOptions> = {}): Promise<Verdict> {
  const whole = Buffer.from(bytes)
  async function* chunks() {
    for (let i = 0; i < whole.length; i += 1000) yield whole.subarray(i, i + 1000)
  }
  return verifyBundle(chunks(), { keys: null, expect: [], ...options })
}
