import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aChain, aSigner, linesOfBundle } from '../../test/fakes/evidence.ts'
import { at } from '../../test/fakes/records.ts'
import { checkpointItem, statusItem } from './items.ts'
import { type PublicKey, publicPem } from './key.ts'

const signer = aSigner()
const ENTRIES = aChain([
  ...[1, 2, 3, 4].map((n) =>
    statusItem({ check: `fleet/${n}`, at: at(n), from: 'ok', to: 'stale', reason: '"\ud800 é' }),
  ),
  checkpointItem(signer, at(5)),
])
const COUNT = ENTRIES.length
let lines: string[]
let text: string
beforeAll(async () => {
  lines = await linesOfBundle(ENTRIES, signer)
  text = joined(lines)
})
const joined = (changed: readonly string[]) => `${changed.join('\n')}\n`

const tools = ['python3', 'openssl'].filter((program) => spawnSync(program, ['--help']).error !== undefined)

describe.skipIf(tools.length > 0)(
  `without Backproof, as docs/evidence.md has it${tools.map((tool) => `, no ${tool} here`).join('')}`,
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'bp-bundle-'))
    afterAll(() => rmSync(directory, { recursive: true, force: true }))
    const inside = (name: string, content: string) => {
      const path = join(directory, name)
      writeFileSync(path, content)
      return path
    }
    const documented = readFileSync(join(import.meta.dirname, '../../docs/evidence.md'), 'utf8')
    const script = inside('check.py', /```python\n(.*?)```/s.exec(documented)?.[1] ?? expect.fail('there is no script'))
    const check = (bundle: string, key: PublicKey) => {
      const { status, stdout, stderr } = spawnSync(
        'python3',
        [script, inside('bundle.jsonl', bundle), inside('key.pub', publicPem(key))],
        { encoding: 'utf8' },
      )
      return { status, said: stdout + stderr }
    }

    test('a whole bundle, and a part, are found whole', async () => {
      expect(check(text, signer)).toMatchObject({
        status: 0,
        said: expect.stringContaining(`${COUNT} entries, the last ${COUNT}:`),
      })
      expect(check(joined(await linesOfBundle(ENTRIES.slice(4), signer, true)), signer)).toMatchObject({ status: 0 })
    })

    test.each([
      ['a change', () => text.replace('fleet/3', 'fleet/4'), 'line 5 was changed'],
      ['a missing line', () => joined(lines.toSpliced(4, 1)), 'line 5 does not follow the one before'],
      ['a missing end', () => joined(lines.slice(0, -1)), 'Error'],
      ['a change of the header', () => text.replace('13:39', '13:40'), 'the header was changed'],
    ])('%s is found', (_, touched, words) => {
      const { status, said } = check(touched(), signer)
      expect(said).toContain(words)
      expect(status).toBe(1)
    })

    test('the key of another is', () => {
      expect(check(text, aSigner()).status).toBe(1)
    })

    test('one entry by hand', () => {
      const line = `sed -n 6p bundle.jsonl | sed 's/,"hash":"[0-9a-f]*"}$//'`
      const hand = `printf 'backproof evidence entry 1\\n%s' "$(${line})" | sha256sum`
      expect(documented).toContain(hand.replace('6p bundle', '57p q4'))
      inside('bundle.jsonl', text)
      const { stdout } = spawnSync('sh', ['-c', hand], { cwd: directory, encoding: 'utf8' })
      expect(stdout.slice(0, 64)).toBe(ENTRIES[4]?.hash)
    })
  },
)
