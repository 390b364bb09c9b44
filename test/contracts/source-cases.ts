import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FaultKind } from '../../src/domain/source-fault.ts'
import { ACCOUNT, startAws } from '../fakes/aws-server.ts'
import { startS3 } from '../fakes/s3-server.ts'

/** What each source is held to the contract with: a new source adds its cases here. */
export interface SourceCases {
  /** Configurations, as a person writes them, whose scopes can be read whole and have at least one good point. */
  working: Record<string, object>
  /** Those whose scopes can't be read, and why. */
  broken: Record<string, { written: object; kind: FaultKind }>
  /** One whose scan does not end by itself; null: none can be made without the kernel's help. */
  hanging: { written: object; hasBegun(): boolean; children(): number[] } | null
  close(): Promise<void>
}

/** A secret that must never be seen; characters that are escaped in URLs, JSON and shells. */
export const CANARY = 'canary-$7-"s3cr3t"/&+'

/** Makes the cases of a type in an empty folder; null: its program is not installed here. */
export const sourceCases: Record<string, (dir: string) => Promise<SourceCases | null>> = {
  aws: async () => {
    const at = new Date(Date.now() - 3_600_000).toISOString()
    const region = {
      volumes: [{ id: 'vol-1' }, { id: 'vol-2' }],
      snapshots: [
        { id: 'snap-1', volume: 'vol-1', startedAt: at },
        { id: 'snap-2', volume: 'vol-2', startedAt: '2025-01-01T00:00:00.000Z' },
        { id: 'snap-3', volume: 'vol-2', startedAt: at, state: 'error', message: 'no' },
      ],
      databases: [{ name: 'appdb', latestRestorableAt: at }],
      dbSnapshots: [{ id: 'rds:appdb', of: 'appdb', at }],
      clusters: [{ name: 'shop', latestRestorableAt: at }],
      backup: {
        points: [{ id: 'p', vault: 'daily', of: 'vol-1', at }],
        jobs: [{ id: 'j', of: 'vol-2', state: 'FAILED', at, message: 'line\nbreak \u202e' }],
        restores: [{ id: 'r', of: 'vol-1', at }],
      },
    }
    const accounts = { [ACCOUNT]: { 'eu-central-1': region } }
    const good = await startAws({ accounts, keys: { AKID: ACCOUNT }, roles: { [ACCOUNT]: CANARY } })
    const denied = await startAws({ accounts, fault: () => ({ code: 'UnauthorizedOperation', message: CANARY }) })
    const silent = await startAws({ accounts, fault: () => 'hang' })
    const login = { access_key_id: 'AKID', secret_access_key: CANARY, regions: ['eu-central-1'] }
    const ebs = { checks: { ebs: {} } }
    const role = { role_arn: `arn:aws:iam::${ACCOUNT}:role/read`, external_id: CANARY }
    return {
      working: {
        rds: { endpoint: good.url, ...login, checks: { rds: {} } },
        ebs: { endpoint: good.url, ...login, ...ebs },
        backup: { endpoint: good.url, ...login, checks: { backup: {} } },
        role: { endpoint: good.url, ...login, ...role, ...ebs },
      },
      broken: {
        key: { written: { endpoint: good.url, ...login, access_key_id: 'GONE', ...ebs }, kind: 'credentials' },
        trust: { written: { endpoint: good.url, ...login, ...role, external_id: `${CANARY}!` }, kind: 'denied' },
        permission: { written: { endpoint: denied.url, ...login, ...ebs }, kind: 'denied' },
        regions: { written: { endpoint: denied.url, ...login, regions: 'all' }, kind: 'denied' },
      },
      hanging: {
        written: { endpoint: silent.url, ...login, ...ebs },
        hasBegun: () => silent.requests.length > 0,
        children: () => [],
      },
      close: async () => {
        await Promise.all([good, denied, silent].map((server) => server.stop()))
      },
    }
  },

  command: async (dir) => {
    const env = { TOKEN: CANARY }
    const report = JSON.stringify({
      checks: [{ name: 'a', recovery_points: [{ id: '1', recoverable_to: '2026-11-20T12:00:00Z' }] }],
      complete: true,
    })
    const one = (job: object) => ({ commands: { job: { env, ...job } } })
    const hanging = script(dir, 'hang', `sleep 60 & echo "$$ $!" > ${dir}/pids; echo "$TOKEN" >&2; wait`)
    return {
      working: {
        json: one({ shell: `echo '${report}'; echo "$TOKEN" >&2` }),
        nagios: one({ shell: 'echo "OK $TOKEN | age=60s"', format: 'nagios' }),
      },
      broken: {
        status: { written: one({ shell: 'echo "no $TOKEN" >&2; exit 1' }), kind: 'tool' },
        garbage: { written: one({ shell: 'echo "$TOKEN"' }), kind: 'unreadable' },
        unknown: { written: one({ shell: 'echo "$TOKEN"; exit 3', format: 'nagios' }), kind: 'unreadable' },
        missing: { written: one({ argv: ['./gone'] }), kind: 'tool' },
      },
      hanging: { written: one({ argv: [hanging] }), ...pidsIn(join(dir, 'pids')) },
      close: async () => {},
    }
  },

  files: async (dir) => {
    writeFileSync(join(dir, 'app.dump'), 'x')
    const push_url = `https://kuma.example.com/api/push/${encodeURIComponent(CANARY)}`
    return {
      working: {
        folder: { files: { app: { path: dir, pattern: '*.dump', push_url } } },
        stamp: { files: { app: { stamp: join(dir, 'app.dump'), push_url } } },
        single: { path: dir, push_url },
      },
      broken: {
        folder: { written: { path: join(dir, 'gone'), push_url }, kind: 'not-found' },
        stamp: { written: { stamp: dir, push_url }, kind: 'unreadable' },
      },
      hanging: null,
      close: async () => {},
    }
  },

  restic: async (dir) => {
    const repository = join(dir, 'repo')
    const restic = (...args: string[]) =>
      execFileSync('restic', ['--no-cache', '-q', '-r', repository, ...args], {
        stdio: 'pipe',
        env: { PATH: process.env.PATH, HOME: dir, RESTIC_PASSWORD: CANARY },
      })
    try {
      restic('init')
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
      throw error
    }
    mkdirSync(join(dir, 'data'))
    restic('backup', join(dir, 'data'))
    const binary = script(dir, 'restic', `sleep 60 & echo "$$ $!" > ${dir}/pids; wait`)
    return {
      working: {
        full: { repository, password: CANARY },
        fast: { repository, password: CANARY, mode: 'fast' },
      },
      broken: {
        password: { written: { repository, password: `${CANARY}!` }, kind: 'credentials' },
        gone: { written: { repository: join(dir, 'gone'), password: CANARY }, kind: 'not-found' },
        binary: { written: { repository, password: CANARY, binary: join(dir, 'none') }, kind: 'tool' },
      },
      hanging: { written: { repository, password: CANARY, binary }, ...pidsIn(join(dir, 'pids')) },
      close: async () => {},
    }
  },

  's3-dumps': async () => {
    const objects = [{ key: 'pg/a.dump', lastModifiedAt: Date.UTC(2026, 10, 20) }]
    const keys = { AKID: CANARY }
    const s3 = await startS3({ keys, objects })
    const silent = await startS3({ keys, objects, fault: () => 'hang' })
    const login = { access_key_id: 'AKID', secret_access_key: CANARY }
    const app = { dumps: { app: { bucket: 'bucket', prefix: 'pg/' } } }
    return {
      working: { list: { endpoint: s3.url, ...login, ...app } },
      broken: {
        key: { written: { endpoint: s3.url, ...login, secret_access_key: `${CANARY}!`, ...app }, kind: 'credentials' },
        bucket: { written: { endpoint: s3.url, ...login, bucket: 'gone' }, kind: 'not-found' },
      },
      hanging: {
        written: { endpoint: silent.url, ...login, ...app },
        hasBegun: () => silent.requests.length > 0,
        children: () => [],
      },
      close: async () => {
        await Promise.all([s3.stop(), silent.stop()])
      },
    }
  },
}

function script(dir: string, name: string, source: string): string {
  const path = join(dir, name)
  writeFileSync(path, `#!/bin/sh\n${source}\n`)
  chmodSync(path, 0o755)
  return path
}

/** Of a program that writes its process and its child's into a file. */
function pidsIn(path: string) {
  const children = () => (existsSync(path) ? readFileSync(path, 'utf8').trim().split(/\s+/).map(Number) : [])
  return { children, hasBegun: () => children().length === 2 }
}
