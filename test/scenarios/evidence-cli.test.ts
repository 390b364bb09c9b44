import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { dumpWorkshop } from '../fakes/dump-folders.ts'
import { aPrivateKey } from '../fakes/evidence.ts'
import { run } from '../fakes/program.ts'

const { dumps } = await dumpWorkshop()
const cwd = dumps('evidence', { fresh: 1, old: 49, gone: null })
const data = () => join(cwd, 'data')
const database = () => new DatabaseSync(join(data(), 'backproof.db'))
const evidence = (...args: string[]) => run(['evidence', ...args], { cwd })

describe('backproof evidence', { timeout: 120_000 }, () => {
  it('has nothing to say before anything was seen', async () => {
    expect(await evidence('export')).toMatchObject({ status: 69 })
  })

  it('exports what an instance has seen, and finds it whole with its key', async () => {
    expect(await run(['serve', '--once'], { cwd })).toMatchObject({ status: 0 })
    expect(statSync(join(data(), 'evidence.key')).mode & 0o777).toBe(0o600)
    const key = await evidence('key')
    expect(key.stdout).toMatch(/^-----BEGIN PUBLIC KEY-----\n/)
    writeFileSync(join(cwd, 'key.pub'), key.stdout)
    const exported = await evidence('export', '--output', 'all.jsonl')
    expect(exported).toMatchObject({ status: 0, stdout: '' })
    expect(statSync(join(cwd, 'all.jsonl')).mode & 0o777).toBe(0o600)
    const { stdout: head } = await evidence('head')
    expect(exported.stderr).toContain(`head ${head}`)
    expect(await evidence('export', '--output', 'all.jsonl')).toMatchObject({ status: 64 })

    const alone = await evidence('verify', 'all.jsonl')
    expect(alone).toMatchObject({ status: 0, stderr: '' })
    expect(alone.stdout).toContain('vouches only for itself')
    const whole = await evidence('verify', 'all.jsonl', '--key', 'key.pub', '--expect', head.trim())
    expect(whole.status).toBe(0)
    expect(whole.stdout).toMatch(/^OK: nothing/)
    expect(whole.stdout).not.toContain('only for itself')
    const after = await evidence('verify', '--expect', 'all.jsonl', '-e', head.trim(), '--key', 'key.pub', 'all.jsonl')
    expect(after).toMatchObject({ status: 0, stdout: expect.stringContaining('the chain holds what you expected') })
    expect(whole.stdout).toContain('(a key that you gave)')
    expect(whole.stdout).toMatch(/checkpoints +1, the last at/)
  })

  it('writes to a pipe, and reads from one', async () => {
    const { stdout, status } = await evidence('export', '--output', '-')
    expect(status).toBe(0)
    const verified = await run(['evidence', 'verify', '-', '--key', 'key.pub'], { cwd, input: stdout })
    expect(verified).toMatchObject({ status: 0 })
    const day = new Date().toISOString().slice(0, 10)
    const part = await evidence('export', '--from', day, '--to', day, '--output', '-')
    expect((await run(['evidence', 'verify', '-'], { cwd, input: part.stdout })).stdout).toContain(
      `asked for    ${day}T`,
    )
    expect(await evidence('export', '--from', '2001-01-01', '--to', '2001-01-02')).toMatchObject({ status: 64 })
    expect(await evidence('export', '--from', 'yesterday')).toMatchObject({ status: 64 })
  })

  it('tells wrong usage from a touched bundle', async () => {
    writeFileSync(join(cwd, 'other.key'), aPrivateKey())
    for (const args of [
      ['nope.jsonl'],
      ['all.jsonl', '--key', 'nope'],
      ['all.jsonl', '--expect', '12'],
      ['all.jsonl', '--expect', '-'],
      [],
    ])
      expect(await evidence('verify', ...args)).toMatchObject({ status: 64 })
    const text = readFileSync(join(cwd, 'all.jsonl'), 'utf8')
    writeFileSync(join(cwd, 'touched.jsonl'), text.replace('"to":"stale"', '"to":"ok"'))
    const line = text.split('\n').findIndex((each) => each.includes('"to":"stale"')) + 1
    const { status, stdout } = await evidence('verify', 'touched.jsonl')
    expect(status).toBe(1)
    expect(stdout).toMatch(
      new RegExp(`^TOUCHED \\(changed\\) at line ${line}, entry ${line - 1} \\(20.*\\): what stands here is not`),
    )
    expect(await evidence('verify', 'backproof.yaml')).toMatchObject({ status: 1 })
  })

  it('finds what was done to the database', async () => {
    const db = database()
    const { seq } = db.prepare(`select seq from evidence where body like '%"to":"stale"%'`).get() ?? {}
    db.exec(`update evidence set body = replace(body, '"to":"stale"', '"to":"ok"') where seq = ${Number(seq)}`)
    db.close()
    const { status, stderr } = await evidence('export', '--output', 'forged.jsonl')
    expect(status).toBe(1)
    expect(stderr).toMatch(
      new RegExp(`DATABASE WAS TOUCHED:\\nTOUCHED \\(changed\\) at line ${Number(seq) + 1}, entry ${Number(seq)} `),
    )
    expect(await evidence('verify', 'forged.jsonl', '--key', 'key.pub')).toMatchObject({ status: 1 })
  })

  it('finds an end that was cut off, with its row or by the head that was kept', async () => {
    const { stdout: head } = await evidence('head')
    const db = database()
    db.exec(
      `update evidence set body = replace(body, '"to":"ok"', '"to":"stale"') where kind = 'status' and body like '%old%'`,
    )
    db.exec('delete from evidence where seq > 5')
    const cut = await evidence('export', '--output', 'cut.jsonl')
    expect(cut.stderr).toMatch(/TOUCHED \(missing\) at line 7, entry 6 /)
    db.exec(`update evidence_head set seq = 5, hash = (select hash from evidence where seq = 5)`)
    db.close()
    expect(await evidence('export', '--output', 'clean.jsonl')).toMatchObject({ status: 0 })
    expect(await evidence('verify', 'clean.jsonl', '--key', 'key.pub')).toMatchObject({ status: 0 })
    const { status, stdout } = await evidence('verify', 'clean.jsonl', '--key', 'key.pub', '--expect', head.trim())
    expect(status).toBe(1)
    expect(stdout).toMatch(/TOUCHED \(missing\) at line 7, entry 6 .*the chain ends here/)
    const earlier = await evidence('verify', 'clean.jsonl', '--key', 'key.pub', '--expect', 'all.jsonl')
    expect(earlier).toMatchObject({ status: 1, stdout: expect.stringContaining('or its database was restored from a') })
    const touched = await evidence('verify', 'clean.jsonl', '--expect', 'forged.jsonl')
    expect(touched).toMatchObject({ status: 64, stderr: expect.stringContaining('it was touched itself') })
  })
})
