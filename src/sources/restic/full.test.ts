import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { FAULT_KINDS } from '../../domain/source-fault.ts'
import { forgetEnvironment, program, scan } from './fixtures/scan.ts'

const answers = z
  .array(
    z.object({
      restic: z.string(),
      case: z.string(),
      code: z.number(),
      kind: z.enum(FAULT_KINDS).nullable(),
      says: z.string(),
      stderr: z.string(),
      stdout: z.string().default(''),
    }),
  )
  .parse(JSON.parse(readFileSync(new URL('fixtures/answers.json', import.meta.url), 'utf8')))

forgetEnvironment()
let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'restic-answers-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** A program that answers as restic did. */
function replay(answer: { code: number; stdout?: string; stderr?: string }): string {
  writeFileSync(join(dir, 'out'), answer.stdout ?? '')
  writeFileSync(join(dir, 'err'), answer.stderr ?? '')
  return program(join(dir, 'restic'), `cat ${dir}/out; cat ${dir}/err >&2; exit ${answer.code}`)
}

const url = 'rest:https://user:p4ssw0rd@backup.example.com/r'
const read = (binary: string, more: object = {}, place = {}) =>
  scan({ repository: url, password: 'repository-secret', binary, ...more }, 'fleet', place)

describe('what restic answers', () => {
  test.each(answers)('$restic: $case', async (answer) => {
    const { fault, checks } = await read(replay(answer))
    expect(fault?.kind ?? null).toBe(answer.kind)
    expect(fault?.message ?? '').toContain(answer.says)
    // nothing of a scope that was not read whole
    expect(checks).toHaveLength(answer.kind === null ? 1 : 0)
    if (fault && answer.says !== 'interrupted') expect(fault.message).not.toMatch(/\n|\{/)
  })

  test('a fault holds no secret, whatever restic prints', async () => {
    const stderr = `Fatal: ${url}: key repository-secret and extra-secret refused\n`
    const { fault } = await read(replay({ code: 1, stderr }), { extra_env: { AWS_SECRET_ACCESS_KEY: 'extra-secret' } })
    expect(fault?.message).toContain('refused')
    expect(JSON.stringify(fault)).not.toMatch(/p4ssw0rd|repository-secret|extra-secret/)
  })

  test('a long and hostile last line is cut and cleaned', async () => {
    const { fault } = await read(replay({ code: 1, stderr: `Fatal: \u001B[31m${'🚀'.repeat(2000)}` }))
    expect(fault?.message.length).toBeLessThan(500)
    expect(fault?.message).not.toMatch(/\p{C}/u)
  })
})

describe('snapshots', () => {
  const id = (n: number) => n.toString(16).padStart(64, '0')
  const answer = (...snapshots: object[]) => replay({ code: 0, stdout: JSON.stringify(snapshots) })

  test('nanoseconds and zones, sizes and ends where there is a summary, fields that nobody knows yet', async () => {
    const summary = {
      backup_start: '2026-11-20T01:00:00.1+02:00',
      backup_end: '2026-11-20T02:30:00.987654321+02:00',
      total_files_processed: 3,
      total_bytes_processed: 5_000_000_000,
    }
    const snapshot = {
      time: '2026-11-20T01:00:00.123456789+02:00',
      id: id(1),
      hostname: 'h',
      paths: ['/a'],
      summary,
      new_field: {},
    }
    const { points } = await read(answer(snapshot, { time: '2026-11-19T00:00:00Z', id: id(2), paths: null }), {
      group_by: [],
    })
    expect(points).toEqual([
      {
        check: 'fleet/fleet',
        id: id(1),
        recoverableTo: Date.UTC(2026, 10, 19, 23, 0, 0, 123),
        completedAt: Date.UTC(2026, 10, 20, 0, 30, 0, 987),
        sizeBytes: 5_000_000_000,
        state: 'complete',
        problem: null,
      },
      expect.objectContaining({ id: id(2), completedAt: null, sizeBytes: null, state: 'complete' }),
    ])
  })

  test('in mode fast, storage that can not be listed is read by restic, and the check says so', async () => {
    const { checks } = await read(answer(), { mode: 'fast' })
    expect(checks[0]?.detail).toBe('mode fast lists local folders and S3 alone: this one was read by restic')
  })

  test('a backup that found no files is not good', async () => {
    const summary = { total_files_processed: 0, total_bytes_processed: 0 }
    const { points } = await read(
      answer({ time: '2026-11-20T01:00:00Z', id: id(1), hostname: 'h', paths: ['/a'], summary }),
    )
    expect(points).toEqual([expect.objectContaining({ state: 'implausible', problem: 'the backup found no files' })])
  })

  test('groups whose names could be confused stay apart', async () => {
    const at = { time: '2026-11-20T01:00:00Z' }
    const { checks } = await read(
      answer(
        { ...at, id: id(1), hostname: 'h', paths: ['/a', '/b'] },
        { ...at, id: id(2), hostname: 'h', paths: ['/a,/b'] },
        { ...at, id: id(3), hostname: 'h:/a', paths: ['/b'] },
        { ...at, id: id(4), hostname: 'h', paths: ['/b', '/a'] },
        { ...at, id: id(5), hostname: '', paths: [`/${'x'.repeat(4000)}`] },
      ),
    )
    expect(checks).toHaveLength(5)
    expect(new Set(checks.map(({ check }) => check)).size).toBe(5)
    expect(checks.map(({ check }) => check)).toContain('fleet/fleet/h:/a,/b')
    expect(Math.max(...checks.map(({ check }) => check.length))).toBeLessThan(300)
  })
})

describe('the program', () => {
  test('is not there', async () => {
    const { fault } = await read('no-such-restic')
    expect(fault).toMatchObject({ kind: 'tool' })
    expect(fault?.message).toMatch(/^fleet\/fleet was not read: can't run no-such-restic: it was not found on the PATH/)
  })

  const hang = (say = '') => program(join(dir, 'hang'), `${say}\nsleep 300 & echo $$ $! > ${dir}/pids\nwait`)
  const left = () =>
    readFileSync(join(dir, 'pids'), 'utf8')
      .trim()
      .split(' ')
      .filter((pid) => {
        try {
          return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
        } catch {
          return false
        }
      })

  test('hangs: it is ended at the time limit, with its children', async () => {
    const { fault } = await read(hang(), { timeout: '3s' })
    expect(fault).toMatchObject({ kind: 'timeout' })
    expect(fault?.message).toContain('it did not answer within 3s')
    expect(left()).toEqual([])
  })

  test('tries in vain until the time is over: the reason counts', async () => {
    const say = 'echo "List(snapshot) returned error, retrying after 1s: Access Denied." >&2'
    const { fault } = await read(hang(say), { timeout: '3s' })
    expect(fault).toMatchObject({ kind: 'denied' })
    expect(fault?.message).toContain('Access Denied')
  })

  test('is stopped with the look', async () => {
    const { fault } = await read(hang(), {}, { signal: AbortSignal.timeout(3000) })
    expect(fault).toMatchObject({ kind: 'timeout' })
    expect(left()).toEqual([])
    expect((await read('/no/such', {}, { signal: AbortSignal.abort() })).fault).toMatchObject({ kind: 'timeout' })
  })
})
