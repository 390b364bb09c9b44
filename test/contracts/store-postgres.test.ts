import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openPostgresStore } from '../../src/store/dialects/postgres.ts'
import { MIGRATIONS } from '../../src/store/migrations/migrate.ts'
import { LeaseLostError, type Store, StoreError } from '../../src/store/store.ts'
import { postgresBinaries, type RunningPostgres, startPostgres } from '../fakes/postgres.ts'
import { aCheck, anIncident, at } from '../fakes/records.ts'

const missing = (await postgresBinaries()) === null && !process.env.CI

describe.skipIf(missing)(`several workers on one PostgreSQL${missing ? ' (not installed here)' : ''}`, () => {
  let server: RunningPostgres
  let url: string
  let count = 0
  const stores: Store[] = []
  const open = async () => {
    const store = await openPostgresStore({ url })
    stores.push(store)
    return store
  }
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close()
  })
  afterAll(() => server.stop())

  async function query(text: string, where = server.url) {
    const client = new Client(where)
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(text)).rows
    } finally {
      await client.end()
    }
  }

  async function newDatabase() {
    const name = `p${++count}`
    await query(`create database ${name}`)
    url = server.database(name)
  }

  test('that start at once make the schema once', async () => {
    await newDatabase()
    const workers = await Promise.all([open(), open(), open(), open()])
    await Promise.all(workers.map((store) => store.ping()))
    expect(await query('select version from schema_version', url)).toHaveLength(MIGRATIONS.length)
    await open()
    expect(await query('select version from schema_version', url)).toHaveLength(MIGRATIONS.length)
  })

  test('refuse a schema that is newer', async () => {
    await newDatabase()
    await (await open()).close()
    await query(`insert into schema_version (version, name) values (999, 'x')`, url)
    await expect(open()).rejects.toThrow(/written by a newer Backproof \(schema 999/)
  })

  test('share the scopes, commit side by side, and never share one', async () => {
    await newDatabase()
    const [a, b] = [await open(), await open()]
    const scopes = ['s/1', 's/2'].map((id) => ({ id, source: 's', name: id }))
    await a.write((tx) => tx.declareScopes(scopes, ['s'], at()))
    const [one, two] = await Promise.all(
      [a, b].map((store, i) => store.write((tx) => tx.claimScope(`w${i}`, at(), 60_000))),
    )
    if (!one || !two) throw new Error('nothing was due')
    expect([one.scope, two.scope].toSorted()).toEqual(['s/1', 's/2'])
    // each inside of its transaction while the other is in its own
    let arrived = 0
    let go = () => {}
    const both = new Promise<void>((resolve) => {
      go = resolve
    })
    const commit = (store: Store, lease: typeof one) =>
      store.write(async (tx) => {
        await tx.holdScope(lease)
        await tx.saveChecks([aCheck(`${lease.scope}/check`, { scope: lease.scope })])
        if (++arrived === 2) go()
        await both
      })
    await Promise.all([commit(a, one), commit(b, two)])
    expect((await a.read.summary()).total).toBe(2)
  })

  test('keep a lease from being taken until the commit that holds it', async () => {
    await newDatabase()
    const [a, b] = [await open(), await open()]
    await a.write((tx) => tx.declareScopes([{ id: 's/1', source: 's', name: '1' }], ['s'], at()))
    const lease = await a.write((tx) => tx.claimScope('w1', at(), 1000))
    if (!lease) throw new Error('nothing was due')
    await a.write(async (tx) => {
      await tx.holdScope(lease)
      expect(await b.write((other) => other.claimScope('w2', at(9), 1000))).toBeNull()
    })
    expect(await b.write((tx) => tx.claimScope('w2', at(9), 1000))).not.toBeNull()
    await expect(a.write((tx) => tx.holdScope(lease))).rejects.toThrow(LeaseLostError)
  })

  test('start again when they lock each other out', async () => {
    await newDatabase()
    const [a, b] = [await open(), await open()]
    await a.write((tx) => tx.saveChecks([aCheck('x', { memory: 0 }), aCheck('y', { memory: 0 })]))
    let [runs, counted] = [0, 0]
    const add = async (store: Store, first: string, second: string) =>
      store.write(async (tx) => {
        runs++
        tx.afterCommit(() => {
          counted++
        })
        for (const id of [first, second]) {
          const [check] = await tx.checksById([id])
          if (check) await tx.saveChecks([{ ...check, memory: Number(check.memory) + 1 }])
        }
      })
    await Promise.all(Array.from({ length: 6 }, (_, i) => (i % 2 ? add(a, 'x', 'y') : add(b, 'y', 'x'))))
    expect(runs).toBeGreaterThanOrEqual(6)
    // what is counted is counted once, however often it was tried
    expect(counted).toBe(6)
    expect((await a.read.check('x'))?.memory).toBe(6)
    expect((await a.read.check('y'))?.memory).toBe(6)
  })

  test('open an incident once', async () => {
    await newDatabase()
    const [a, b] = [await open(), await open()]
    await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        (i % 2 ? a : b).write(async (tx) => {
          if ((await tx.unresolvedIncidents(['fleet/web'])).length === 0) await tx.saveIncidents([anIncident(`i${i}`)])
        }),
      ),
    )
    expect(await a.read.incidentCounts()).toEqual({ open: 1, acknowledged: 0, resolved: 0 })
  })

  test('go on after the server has dropped their connections', async () => {
    await newDatabase()
    const store = await open()
    await store.write((tx) => tx.setValue('k', 'v'))
    await query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'backproof'`)
    // what is under way until all of them are seen to be gone may fail, in words; what comes after works
    const inWords = (error: unknown) => expect(error).toBeInstanceOf(StoreError)
    await store.ping().catch(inWords)
    await expect.poll(() => store.read.value('k').catch(inWords)).toBe('v')
    await expect.poll(() => store.ping().then(() => true, inWords)).toBe(true)
  })

  test('say what is wrong with the database', async () => {
    url = server.database('nowhere')
    await expect(open()).rejects.toThrow(/can't be used: there is no such database: create it/)
    await expect(openPostgresStore({ url: 'postgres://a:b/c@d' })).rejects.toThrow(/can't be read|can't be used/)
  })
})
