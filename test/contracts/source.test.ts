import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Observation } from '../../src/domain/observation.ts'
import type { Scope } from '../../src/domain/scope.ts'
import { FAULT_KINDS } from '../../src/domain/source-fault.ts'
import type { Log } from '../../src/lib/log.ts'
import { sources } from '../../src/sources/registry.ts'
import type { PullSource, ScanContext } from '../../src/sources/source.ts'
import { scanContext } from '../fakes/scan.ts'
import { CANARY, type SourceCases, sourceCases } from './source-cases.ts'

const SOURCE = 'estate'
const PROMPTLY_MS = 5000
for (const name of Object.keys(process.env)) if (/^(?:RESTIC|AWS)_/.test(name)) delete process.env[name]

const root = mkdtempSync(join(tmpdir(), 'source-contract-'))
const closers: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closers) await close()
  rmSync(root, { recursive: true, force: true })
})

/** All that a scan has let out: observations, log lines, what it remembers. */
async function scan(source: PullSource, written: object, given: Partial<ScanContext> = {}) {
  const config = source.config.parse(written)
  const [scope] = source.scopes(SOURCE, config)
  if (!scope) throw new Error('the configuration has no scope')
  const logged: unknown[] = []
  const keep = (fields: object, message: string) => void logged.push([fields, message])
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep }
  let memory: unknown
  const remember = (kept: unknown) => {
    memory = kept
  }
  const context = scanContext({ log, directory: root, remember, ...given })
  const said = await Array.fromAsync(source.scan(scope, config, context))
  return { said, scope, logged, memory, config }
}

/** What holds of each scan, however it ends. */
function expectContract(said: readonly Observation[], scope: Scope): void {
  const ends = said.filter(({ kind }) => kind === 'scope-complete' || kind === 'scope-failed')
  expect(ends).toEqual([said.at(-1)])
  expect(ends[0]).toMatchObject({ scope: scope.id })
  const declared = new Set<string>()
  const points = new Set<string>()
  for (const each of said) {
    if (each.kind === 'resource') {
      expect(each.check === scope.id || each.check.startsWith(`${scope.id}/`)).toBe(true)
      expect(declared).not.toContain(each.check)
      expect(each.check).not.toMatch(/\p{Cc}/u)
      declared.add(each.check)
    } else if (each.kind === 'recovery-point') {
      const { point } = each
      expect(declared).toContain(point.check)
      expect(points).not.toContain(`${point.check}\0${point.id}`)
      points.add(`${point.check}\0${point.id}`)
      expect(Number.isInteger(point.recoverableTo)).toBe(true)
      expect(point.problem === null).toBe(point.state === 'complete')
    } else if (each.kind === 'job-failure' || each.kind === 'job-running') expect(declared).toContain(each.check)
    else if (each.kind === 'scope-failed') {
      expect(FAULT_KINDS).toContain(each.fault.kind)
      expect(each.fault.message).not.toMatch(/\p{Cc}/u)
      expect(each.fault.message.length).toBeGreaterThan(10)
      expect(each.fault.message.length).toBeLessThan(2000)
    }
  }
}

/** The canary in the forms in which it could get out. */
function expectNoSecret(...told: unknown[]): void {
  const text = JSON.stringify(told)
  const forms = [CANARY, encodeURIComponent(CANARY), Buffer.from(CANARY).toString('base64')]
  for (const form of forms) expect(text).not.toContain(JSON.stringify(form).slice(1, -1))
  expect(text).not.toContain('s3cr3t')
}

const isAlive = (pid: number) => {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

const pulled = sources.filter((source): source is PullSource => 'scan' in source)

test('every source has its cases', () => {
  expect(Object.keys(sourceCases).sort()).toEqual(pulled.map(({ type }) => type).sort())
})

for (const source of pulled) {
  const dir = mkdtempSync(join(root, `${source.type}-`))
  const cases: SourceCases | null = (await sourceCases[source.type]?.(dir)) ?? null
  if (cases) closers.push(cases.close)
  if (!cases && process.env.CI) throw new Error(`CI must have what ${source.type} needs`)

  describe.skipIf(!cases)(source.type, () => {
    const { working, broken, hanging } = cases ?? { working: {}, broken: {}, hanging: null }
    // vitest wants an entry in each table, also where all are skipped
    const workingCases = Object.entries(working)
    const all = [...workingCases, ...Object.entries(broken).map(([name, { written }]) => [name, written] as const)]

    test('its type, defaults, scopes and permissions are what others build on', () => {
      expect(source.type).toMatch(/^[a-z][a-z0-9-]*$/)
      expect(source.defaultMaxAgeMs).toBeGreaterThan(0)
      expect(source.defaultEveryMs).toBeGreaterThanOrEqual(60_000)
      expect(workingCases.length * Object.keys(broken).length).toBeGreaterThan(0)
      for (const [, written] of all) {
        const config = source.config.parse(written)
        const scopes = source.scopes(SOURCE, config)
        expect(scopes.length).toBeGreaterThan(0)
        expect(new Set(scopes.map(({ id }) => id)).size).toBe(scopes.length)
        for (const { id, source: of, name } of scopes) {
          expect({ id, of }).toEqual({ id: `${SOURCE}/${name}`, of: SOURCE })
          for (const check of [id, `${id}/child`, `${SOURCE}/constructor`, `${SOURCE}/`]) {
            const threshold = source.threshold?.(SOURCE, config, check)
            if (threshold) expect(threshold.from).toMatch(new RegExp(`^sources\\.${SOURCE}\\.`))
            expect(() => source.push?.(SOURCE, config, check)).not.toThrow()
          }
        }
        const permissions = source.permissions(config)
        expect(permissions.length).toBeGreaterThan(0)
        for (const { action, resource, why } of permissions)
          expect(Math.min(action.length, resource.length, why.length)).toBeGreaterThan(0)
        expectNoSecret(permissions, config)
      }
    })

    test.each(workingCases)('%s is read whole, and again by its own memory', async (_, written) => {
      const { said, scope, logged, memory, config } = await scan(source, written)
      expectContract(said, scope)
      expect(said.at(-1)?.kind).toBe('scope-complete')
      expect(said.some((each) => each.kind === 'recovery-point' && each.point.state === 'complete')).toBe(true)
      expectNoSecret(said, logged, memory, config)
      const kept: unknown = memory === undefined ? null : JSON.parse(JSON.stringify(memory))
      expect(kept).toEqual(memory ?? null)
      expect(JSON.stringify(kept).length).toBeLessThan(8192)
      const again = await scan(source, written, { memory: kept })
      expectContract(again.said, scope)
      expect(again.said.map(({ kind }) => kind)).toEqual(said.map(({ kind }) => kind))
    })

    test.each(workingCases)('%s is not put off by a memory of another version', async (_, written) => {
      for (const memory of [0, 'nonsense', [], {}, { verified: 5, watermark: null }]) {
        const { said, scope } = await scan(source, written, { memory })
        expectContract(said, scope)
        expect(said.at(-1)?.kind).toBe('scope-complete')
      }
    })

    test.each(Object.entries(broken))('%s is a fault, without its secret', async (_, { written, kind }) => {
      const { said, scope, logged, memory } = await scan(source, written)
      expectContract(said, scope)
      expect(said.at(-1)).toMatchObject({ kind: 'scope-failed', fault: { kind, advice: expect.any(String) } })
      expectNoSecret(said, logged, memory)
    })

    test.each(workingCases)('%s, once aborted, ends as a failure', async (_, written) => {
      const started = performance.now()
      const { said, scope } = await scan(source, written, { signal: AbortSignal.abort() })
      expectContract(said, scope)
      expect(said.at(-1)).toMatchObject({ kind: 'scope-failed', fault: { kind: 'timeout' } })
      expect(performance.now() - started).toBeLessThan(PROMPTLY_MS)
    })

    test.skipIf(!hanging)('an abort ends what hangs, and leaves nobody behind', async () => {
      if (!hanging) throw new Error('skipped')
      const controller = new AbortController()
      const scanning = scan(source, hanging.written, { signal: controller.signal })
      await expect.poll(() => hanging.hasBegun(), { interval: 10 }).toBe(true)
      const started = performance.now()
      controller.abort()
      const { said, scope, logged } = await scanning
      expectContract(said, scope)
      expect(said.at(-1)).toMatchObject({ kind: 'scope-failed' })
      expect(performance.now() - started).toBeLessThan(PROMPTLY_MS)
      // what is killed may take a moment to die
      await expect.poll(() => hanging.children().filter(isAlive), { interval: 10 }).toEqual([])
      expectNoSecret(said, logged)
    })

    test('who stops listening is left alone', async () => {
      const [first] = workingCases
      if (!first) throw new Error('no working case')
      const config = source.config.parse(first[1])
      const [scope] = source.scopes(SOURCE, config)
      if (!scope) throw new Error('no scope')
      const scanning = source.scan(scope, config, scanContext({ directory: root }))[Symbol.asyncIterator]()
      expect((await scanning.next()).value?.kind).toBe('resource')
      expect(await scanning.return?.()).toEqual({ done: true, value: undefined })
    })
  })
}
