import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openSqliteStore, type SqliteOptions } from '../../src/store/dialects/sqlite.ts'
import { MIGRATIONS } from '../../src/store/migrations/migrate.ts'
import { databasePath, openStore } from '../../src/store/open.ts'
import { type Store, StoreError } from '../../src/store/store.ts'
import { aCheck } from '../fakes/records.ts'

let root: string
let count = 0
const stores: Store[] = []
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'bp-sqlite-'))
})
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
})
afterAll(() => rm(root, { recursive: true, force: true }))

const fresh = () => join(root, String(++count), 'backproof.db')

async function opened(options: SqliteOptions): Promise<Store> {
  const store = await openSqliteStore(options)
  stores.push(store)
  return store
}

async function refusal(options: SqliteOptions): Promise<string> {
  const error: unknown = await opened(options).then(
    () => null,
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(StoreError)
  return String(error)
}

const modeOf = async (path: string) => (await stat(path)).mode & 0o777

test('its files are for its owner alone', async () => {
  const path = fresh()
  const store = await opened({ path })
  await store.write((tx) => tx.setValue('k', 'v'))
  expect(await modeOf(join(path, '..'))).toBe(0o700)
  for (const file of [path, `${path}-wal`, `${path}-shm`, `${path}.lock`]) expect(await modeOf(file)).toBe(0o600)
})

test('opening again keeps what was there, and changes nothing', async () => {
  const path = fresh()
  const first = await opened({ path })
  await first.write((tx) => tx.saveChecks([aCheck('c')]))
  await first.close()
  await first.close()
  const again = await opened({ path })
  expect(await again.read.check('c')).toEqual(aCheck('c'))
})

test('a second process is refused, and let in once the first is killed', { timeout: 60_000 }, async () => {
  const path = fresh()
  const script = `import { openSqliteStore } from ${JSON.stringify(join(import.meta.dirname, '../../src/store/dialects/sqlite.ts'))}
    const { write } = await openSqliteStore({ path: ${JSON.stringify(path)} })
    await write((tx) => tx.setValue('k', 'committed'))
    // what is not referred to any more must not be let go of
    gc()
    write(async (tx) => {
      await tx.setValue('k', 'half done')
      console.log('in the middle')
      await new Promise((resolve) => setTimeout(resolve, 1e6))
    })`
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
  expect(child.exitCode).toBeNull()
  expect(await refusal({ path })).toMatch(/another Backproof uses .*backproof\.db: stop it first/)

  const beside = await opened({ path, readOnly: true })
  expect(await beside.read.value('k')).toBe('committed')
  await expect(beside.ping()).resolves.toBeUndefined()
  await expect(beside.write((tx) => tx.setValue('k', 'x'))).rejects.toThrow(StoreError)

  child.kill('SIGKILL')
  await once(child, 'exit')
  const next = await opened({ path })
  expect(await next.read.value('k')).toBe('committed')
})

test('the same process is refused too', async () => {
  const path = fresh()
  const store = await opened({ path })
  expect(await refusal({ path })).toContain('another Backproof uses')
  await store.write((tx) => tx.setValue('still', 'mine'))
  expect(await refusal({ path })).toContain('another Backproof uses')
})

test('readers never wait for a transaction that is open', async () => {
  const store = await opened({ path: fresh() })
  await store.write((tx) => tx.saveChecks([aCheck('c')]))
  let finish = () => {}
  const writing = store.write(async (tx) => {
    await tx.saveChecks([aCheck('d')])
    await new Promise<void>((resolve) => {
      finish = resolve
    })
  })
  // another write waits its turn
  const behind = store.write((tx) => tx.setValue('k', 'v'))
  expect((await store.read.summary()).total).toBe(1)
  expect(await store.read.value('k')).toBeNull()
  finish()
  await Promise.all([writing, behind])
  expect((await store.read.summary()).total).toBe(2)
  expect(await store.read.value('k')).toBe('v')
})

test('a read-only look at what is not there, or not yet made, says so', async () => {
  expect(await refusal({ path: fresh(), readOnly: true })).toMatch(/can't be opened/)
})

test('what is no database is left alone and told of', async () => {
  const path = fresh()
  await mkdir(join(path, '..'))
  await writeFile(path, 'dear diary, '.repeat(1000))
  expect(await refusal({ path })).toMatch(/backproof\.db is not a database of Backproof: point --data/)
  expect(await readFile(path, 'utf8')).toContain('dear diary')
})

test('a damaged database is refused with what to do', async () => {
  const path = fresh()
  const store = await opened({ path })
  const many = Array.from({ length: 3000 }, (_, i) => aCheck(`check ${i}`))
  await store.write((tx) => tx.saveChecks(many))
  await store.close()
  const size = (await stat(path)).size
  const file = await open(path, 'r+')
  for (let at = 40_960; at < size; at += 65_536) await file.write(Buffer.alloc(4096, 0xa5), 0, 4096, at)
  await file.close()
  expect(await refusal({ path })).toMatch(/backproof\.db is damaged .* bring back a copy/)
  await truncate(path, 8192)
  expect(await refusal({ path })).toMatch(/damaged/)
})

test('a full disk fails the write alone: nothing is half done, and it goes on once there is room', async () => {
  const path = fresh()
  const store = await opened({ path })
  await store.write((tx) => tx.setValue('k', 'v'))
  await store.close()

  const small = await opened({ path, maxPages: Math.ceil((await stat(path)).size / 4096) + 3 })
  const many = Array.from({ length: 2000 }, (_, i) => aCheck(`check ${i}`))
  for (let i = 0; i < 2; i++) {
    const failed = await small.write((tx) => tx.saveChecks(many)).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(StoreError)
    expect(String(failed)).toMatch(/the disk of .*backproof\.db is full: nothing was changed; make room/)
  }
  expect((await small.read.summary()).total).toBe(0)
  await small.write((tx) => tx.setValue('k', 'w'))
  expect(await small.read.value('k')).toBe('w')
  await small.close()
  const roomy = await opened({ path })
  await roomy.write((tx) => tx.saveChecks(many))
  expect((await roomy.read.summary()).total).toBe(2000)
})

test('what was written by a newer version is refused', async () => {
  const path = fresh()
  await (await opened({ path })).close()
  const db = new DatabaseSync(path)
  db.exec(`insert into schema_version (version, name) values (999, '0999-from-the-future')`)
  db.close()
  for (const readOnly of [false, true])
    expect(await refusal({ path, readOnly })).toMatch(
      /written by a newer Backproof \(schema 999, this version knows \d+\)/,
    )
})

test.each(MIGRATIONS.slice(0, -1).map(({ name }, index) => [name, index + 1] as const))(
  'what a version that knew %s wrote is brought up to date, by the server alone',
  async (_, version) => {
    const path = fresh()
    await mkdir(join(path, '..'), { recursive: true })
    const db = new DatabaseSync(path)
    db.exec('create table schema_version (version bigint primary key, name text not null)')
    for (const [index, step] of MIGRATIONS.slice(0, version).entries()) {
      for (const statement of step.statements('sqlite')) db.exec(statement)
      db.prepare('insert into schema_version (version, name) values (?, ?)').run(index + 1, step.name)
    }
    db.prepare('insert into value (key, value) values (?, ?)').run('k', 'v')
    db.close()
    expect(await refusal({ path, readOnly: true })).toMatch(/older Backproof: start this version's server once/)
    const store = await opened({ path })
    expect(await store.read.settings()).toEqual([])
    expect((await store.read.incidents({}, 9)).items).toEqual([])
    expect(await store.read.value('k')).toBe('v')
  },
)

test.skipIf(process.getuid?.() === 0)('a directory that may not be written is told of', async () => {
  const path = fresh()
  await mkdir(join(path, '..'))
  await chmod(join(path, '..'), 0o500)
  expect(await refusal({ path })).toMatch(/can't be written \(EACCES\)/)
})

test('a directory that can not be made is told of', async () => {
  await writeFile(join(root, 'file'), '')
  expect(await refusal({ path: join(root, 'file', 'backproof.db') })).toMatch(/can't be opened \((ENOTDIR|EEXIST)\)/)
})

test('openStore takes the directory or the address', async () => {
  const directory = join(root, 'by-directory')
  const store = await openStore({ url: null, directory })
  stores.push(store)
  expect(store.dialect).toBe('sqlite')
  expect((await stat(databasePath(directory))).isFile()).toBe(true)
  await expect(openStore({ url: 'mysql://u:hunter22@h/d', directory })).rejects.toThrow(/must be postgres:/)
  const unreachable = await openStore({ url: 'postgres://u:hunter22@127.0.0.1:1/d', directory }).catch(String)
  expect(unreachable).toMatch(/StoreError: PostgreSQL at 127\.0\.0\.1:1\/d can't be used: nothing answers there/)
  expect(unreachable).not.toContain('hunter22')
})

test('the driver is not loaded where it is not used', async () => {
  const script = `await import(${JSON.stringify(join(import.meta.dirname, '../../src/store/open.ts'))})
    console.log(process.moduleLoadList.includes('NativeModule sqlite'))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  expect(stdout.trim()).toBe('false')
})
