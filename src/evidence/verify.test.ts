import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { aChain, aSigner, linesOfBundle, verified } from '../../test/fakes/evidence.ts'
import { at } from '../../test/fakes/records.ts'
import { chained, EVIDENCE_KINDS, type EvidenceEntry, type EvidenceItem } from './entry.ts'
import { checkpointItem, cutItem, statusItem } from './items.ts'

const signer = aSigner()
const change = (n: number): EvidenceItem =>
  statusItem({ check: `fleet/${n}`, at: at(n), from: 'ok', to: 'stale', reason: `too old "\u0000\u2028 \ud800 ${n}` })
/** chain, 4 changes, checkpoint, 4 changes, checkpoint, 1 change: 12 entries. */
const ITEMS = [1, 2, 3, 4, -5, 6, 7, 8, 9, -10, 11].map((n) => (n > 0 ? change(n) : checkpointItem(signer, at(-n))))
const ENTRIES = aChain(ITEMS)
const COUNT = ENTRIES.length
let lines: string[]
let text: string
beforeAll(async () => {
  lines = await linesOfBundle(ENTRIES, signer)
  text = `${lines.join('\n')}\n`
})

const joined = (changed: readonly string[]) => `${changed.join('\n')}\n`
/** The line of an entry is one further than its number; the first is the header, the last the end. */
const seqOf = (line: number) => (line >= 2 && line <= COUNT + 1 ? line - 1 : null)
/** In which line a byte stands. */
const lineAt = (bytes: Buffer, place: number) => bytes.subarray(0, place).filter((byte) => byte === 10).length + 1

test('a bundle that nobody touched is whole, and says what it holds', async () => {
  expect(await verified(text)).toEqual({
    touch: null,
    entries: COUNT,
    first: { seq: 1, at: '2026-11-20T12:00:00Z' },
    last: { seq: COUNT, at: '2026-11-20T12:11:00Z', hash: ENTRIES.at(-1)?.hash },
    chain: '6f1c3a3e-0c0e-4c4e-9a3f-1d2e3f405060',
    range: null,
    exportedAt: '2026-11-20T13:39:00Z',
    signer: signer.fingerprint,
    pinned: false,
    checkpoints: 2,
    lastCheckpoint: { seq: 11, at: '2026-11-20T12:10:00Z' },
    otherKeys: [],
  })
  expect(await verified(text, { keys: [signer] })).toMatchObject({ touch: null, pinned: true })
})

test('each line is JSON, and comes back as it went in', () => {
  for (const line of lines) expect(JSON.stringify(JSON.parse(line))).toBe(line)
})

describe('one touch is found, and named:', () => {
  const aLine = fc.nat({ max: COUNT + 1 })

  test('any byte that is another', async () => {
    const bytes = Buffer.from(text)
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), async (place, by) => {
        const touched = Buffer.from(bytes)
        touched[place] = (touched[place] ?? 0) ^ by
        const line = lineAt(bytes, place)
        const { touch } = await verified(touched)
        expect(touch).toMatchObject({ line })
        // the end is none, or what should be the next entry
        if (seqOf(line) !== null) expect(touch?.seq).toBe(seqOf(line))
      }),
      { numRuns: 400 },
    )
  })

  test('any byte that is too much, or missing', async () => {
    const bytes = Buffer.from(text)
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), fc.boolean(), async (place, adds) => {
        const touched = adds
          ? Buffer.concat([bytes.subarray(0, place), Buffer.from(' '), bytes.subarray(place)])
          : Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1)])
        const { touch } = await verified(touched)
        expect(touch).toMatchObject({ line: lineAt(bytes, place) })
      }),
      { numRuns: 400 },
    )
  })

  test('a line that is missing', async () => {
    await fc.assert(
      fc.asyncProperty(aLine, async (i) => {
        const { touch } = await verified(joined(lines.toSpliced(i, 1)))
        expect(touch).toMatchObject({ how: 'missing', line: i + 1 })
        if (i > 0) expect(touch?.seq).toBe(i)
      }),
    )
  })

  test('lines that were swapped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(aLine, { minLength: 2, maxLength: 2 }), async (two) => {
        const [i = 0, j = 0] = two.toSorted((a, b) => a - b)
        const swapped = lines.with(i, lines[j] ?? '').with(j, lines[i] ?? '')
        const { touch } = await verified(joined(swapped))
        expect(touch).toMatchObject({ line: i + 1 })
        if (i > 0) expect(touch).toMatchObject({ how: 'reordered', seq: i })
      }),
    )
  })

  test('a line that stands twice', async () => {
    await fc.assert(
      fc.asyncProperty(aLine, aLine, async (i, j) => {
        const twice = lines.toSpliced(j + 1, 0, lines[i] ?? '')
        const { touch } = await verified(joined(twice))
        // of two that are the same side by side, the second
        expect(touch?.line).toBe(j + 1 === i ? j + 3 : j + 2)
      }),
    )
  })

  test('a file that breaks off', async () => {
    const bytes = Buffer.from(text)
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), async (length) => {
        const { touch } = await verified(bytes.subarray(0, length))
        const line = lineAt(bytes, length)
        expect(touch).toMatchObject({ how: 'missing', line })
        if (line > 1) expect(touch?.seq).toBe(line - 1)
      }),
    )
  })
})

describe('who can reckon hashes, and has not the key:', () => {
  const forger = aSigner()
  const asJson = (line: string): Record<string, unknown> => JSON.parse(line)

  /** The chain from `seq` on, made anew with one item in the place of another. */
  function rewritten(seq: number, item: EvidenceItem | null): EvidenceEntry[] {
    const kept = ENTRIES.slice(0, seq - 1)
    const [before] = kept.slice(-1)
    const rest = ENTRIES.slice(seq).map(
      ({ kind, at: when, body }): EvidenceItem => ({
        kind: EVIDENCE_KINDS.find((each) => each === kind) ?? 'status',
        at: when,
        body: JSON.parse(body),
      }),
    )
    const head = { chain: '6f1c3a3e-0c0e-4c4e-9a3f-1d2e3f405060', seq: seq - 1, hash: before?.hash ?? '' }
    return [...kept, ...chained(head, item ? [item, ...rest] : rest).entries]
  }

  test('one entry in the place of another is named, as the next was made after the other', async () => {
    const { entries } = chained({ chain: '', seq: 3, hash: ENTRIES[2]?.hash ?? '' }, [change(77)])
    const forged = await linesOfBundle(ENTRIES.with(3, entries[0] ?? expect.fail()), signer)
    expect((await verified(joined(forged))).touch).toMatchObject({ how: 'changed', seq: 4, line: 5 })
  })

  test('a chain that was rewritten breaks at the next checkpoint, even in a bundle that is signed by right', async () => {
    for (const item of [change(77), null]) {
      const forged = joined(await linesOfBundle(rewritten(8, item), signer))
      const { touch } = await verified(forged, { keys: [signer] })
      expect(touch).toMatchObject({ how: 'signature', seq: item ? 11 : 10 })
      expect(touch?.what).toContain('before it and after entry 6 was rewritten')
    }
  })

  test('after the last checkpoint only a head that was kept elsewhere tells', async () => {
    const forged = joined(await linesOfBundle(rewritten(12, change(77)), signer))
    expect((await verified(forged, { keys: [signer] })).touch).toBeNull()
    const head = { seq: 12, hash: ENTRIES[11]?.hash ?? '' }
    expect((await verified(text, { expect: [head] })).touch).toBeNull()
    expect((await verified(forged, { expect: [head] })).touch).toMatchObject({ how: 'changed', seq: 12 })
    const earlier = { seq: 9, hash: ENTRIES[8]?.hash ?? '' }
    expect((await verified(text, { expect: [head, earlier] })).touch).toBeNull()
    expect((await verified(forged, { expect: [head, earlier] })).touch?.what).toBe(
      'entry 12 is not the one that was kept: the chain was rewritten after entry 9, which still is, or its database was restored from a copy of before',
    )
    const cutOff = joined(await linesOfBundle(ENTRIES.slice(0, 9), signer))
    expect((await verified(cutOff, { keys: [signer] })).touch).toBeNull()
    expect((await verified(cutOff, { expect: [head] })).touch).toMatchObject({ how: 'missing', seq: 10, line: 11 })
  })

  test('a bundle of his own vouches for itself only, and falls to the key that is given', async () => {
    const items = ITEMS.map((item) => (item.kind === 'checkpoint' ? checkpointItem(forger, item.at) : item))
    const forged = joined(await linesOfBundle(aChain(items), forger))
    expect(await verified(forged)).toMatchObject({ touch: null, pinned: false, signer: forger.fingerprint })
    expect((await verified(forged, { keys: [signer] })).touch).toMatchObject({ how: 'signature', seq: 6 })
    const mixed = joined(await linesOfBundle(aChain(items), signer))
    expect((await verified(mixed, { keys: [signer] })).touch).toMatchObject({ how: 'signature', seq: 6 })
    expect(await verified(mixed)).toMatchObject({ touch: null, otherKeys: [forger.fingerprint] })
    expect(await verified(mixed, { keys: [signer, forger] })).toMatchObject({ touch: null, pinned: true })
    const unsigned = joined(await linesOfBundle(aChain(ITEMS.filter(({ kind }) => kind === 'status')), forger))
    expect((await verified(unsigned, { keys: [signer] })).touch).toMatchObject({ how: 'signature', seq: null })
  })

  test('what is added to a bundle, put in its end, or in its header, is named', async () => {
    const more = chained({ chain: '', seq: COUNT, hash: ENTRIES.at(-1)?.hash ?? '' }, [change(99)]).entries
    const longer = await linesOfBundle([...ENTRIES, ...more], signer)
    const added = [...longer.slice(0, -1), lines.at(-1) ?? '']
    expect((await verified(joined(added))).touch).toMatchObject({ how: 'inserted', seq: COUNT + 1, line: COUNT + 2 })
    const others = await linesOfBundle(ENTRIES, forger)
    expect((await verified(joined(lines.with(0, others[0] ?? '')))).touch).toMatchObject({
      how: 'changed',
      line: 1,
      seq: null,
    })
    expect((await verified(joined(lines.with(COUNT + 1, others.at(-1) ?? '')))).touch).toMatchObject({ line: 1 })
    expect(asJson(lines[0] ?? '')).toMatchObject({ key: signer.fingerprint })
  })
})

test('a part of a chain is checked like a whole', async () => {
  const part = await linesOfBundle(ENTRIES.slice(4), signer, true)
  const verdict = await verified(joined(part), { keys: [signer], expect: [{ seq: 4, hash: ENTRIES[3]?.hash ?? '' }] })
  expect(verdict).toMatchObject({ touch: null, entries: 8, first: { seq: 5 }, checkpoints: 2 })
  expect(verdict.range).toEqual({ from: '2026-11-20T12:04:00Z', to: null })
  expect((await verified(joined(part), { expect: [{ seq: 2, hash: 'x' }] })).touch?.what).toContain('not in this part')
  expect((await verified(joined(part.toSpliced(1, 1)))).touch).toMatchObject({ how: 'missing', seq: 5, line: 2 })
  const nothing = await linesOfBundle([], signer, true)
  expect(await verified(joined(nothing))).toMatchObject({ touch: null, entries: 0, first: null })
})

test('a chain whose beginning is gone must say so, with a signature', async () => {
  const gone = { from: 1, to: 4, hash: ENTRIES[3]?.hash ?? '' }
  const last = { chain: '6f1c3a3e-0c0e-4c4e-9a3f-1d2e3f405060', seq: COUNT, hash: ENTRIES.at(-1)?.hash ?? '' }
  const after = (item: EvidenceItem) => [...ENTRIES, ...chained(last, [item]).entries].slice(4)
  const check = async (entries: readonly EvidenceEntry[]) =>
    (await verified(joined(await linesOfBundle(entries, signer)), { keys: [signer] })).touch
  expect(await check(after(cutItem(gone, signer, at(50))))).toBeNull()
  expect(await check(ENTRIES.slice(4))).toMatchObject({ how: 'missing', seq: 1 })
  expect(await check(after(cutItem({ ...gone, hash: NO }, signer, at(50))))).toMatchObject({ how: 'missing', seq: 1 })
  expect(await check(after(cutItem(gone, aSigner(), at(50))))).toMatchObject({ how: 'signature', seq: 13 })
  expect(await check(after({ kind: 'cut', at: at(50), body: gone }))).toMatchObject({ how: 'signature', seq: 13 })
})
const NO = '1'.repeat(64)

test('what is no bundle, or of another version, is said so', async () => {
  const what = async (bytes: string | Buffer) => (await verified(bytes)).touch?.what
  expect(await what('')).toContain('the file is empty')
  expect(await what('\n')).toContain('does not begin as a bundle')
  expect(await what(text.replaceAll('\n', '\r\n'))).toContain('the header was changed')
  expect(await what(Buffer.alloc(9_000_000, 'x'))).toContain('breaks off inside')
  expect(await what(`${text}${text}`)).toContain('something follows the end')
})
