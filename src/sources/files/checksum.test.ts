import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { instant } from '../../domain/instant.ts'
import { digestOf, findDigest } from './checksum.ts'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'checksum-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Says that it has aborted from its `asked`th question on. */
function abortsAfter(asked: number): AbortSignal {
  let left = asked
  return Object.defineProperty(new AbortController().signal, 'aborted', { get: () => left-- <= 0 })
}

test('what a time limit has cut goes on where it stopped, so that a large file is done one day', async () => {
  const path = join(dir, 'large')
  writeFileSync(path, Buffer.alloc(1_000_000, 7))
  utimesSync(path, 1000, 1000)
  const file = { path, sizeBytes: 1_000_000, modifiedAt: instant(1_000_000) }
  const whole = createHash('sha256').update(readFileSync(path)).digest('hex')
  expect(await digestOf(file, 'sha256', abortsAfter(2))).toBeNull()
  // what has been read is not read again: changing it unseen changes nothing
  const changed = Buffer.alloc(1_000_000, 7)
  changed[0] = 8
  writeFileSync(path, changed)
  utimesSync(path, 1000, 1000)
  expect(await digestOf(file, 'sha256', abortsAfter(Number.POSITIVE_INFINITY))).toBe(whole)
  // and that was the end of it
  expect(await digestOf(file, 'sha256', abortsAfter(Number.POSITIVE_INFINITY))).not.toBe(whole)
})

test('a file that is not the one that was seen has no digest', async () => {
  const path = join(dir, 'growing')
  writeFileSync(path, 'abc')
  const file = { path, sizeBytes: 2, modifiedAt: instant(statSync(path).mtimeMs) }
  expect(await digestOf(file, 'md5', new AbortController().signal)).toBeNull()
})

const SUM = 'd41d8cd98f00b204e9800998ecf8427e'
test.each([
  ['two lines of a sidecar, one of them ours', `${SUM}  a\n${'0'.repeat(32)}  b`, true, SUM],
  ['two lines of a sidecar, neither ours', `${SUM}  b\n${'0'.repeat(32)}  c`, true, null],
  ['a comment before it', `# made by dump.sh\n${SUM}  a\n`, true, SUM],
  ['an escaped name', `\\${SUM}  x\\n\\\\y`, false, SUM],
  ['a digest of no known length', 'abcdef  a', true, null],
  ['words', 'no checksum here', true, null],
  ['nothing', '', true, null],
])('%s', (_, text, isOwn, expected) => {
  expect(findDigest(text, text.startsWith('\\') ? 'x\n\\y' : 'a', isOwn)).toBe(expected)
})
