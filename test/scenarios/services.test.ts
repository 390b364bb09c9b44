import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { run } from '../fakes/program.ts'
import { Workshop } from '../fakes/workshop.ts'

const workshop = new Workshop()
afterAll(() => workshop[Symbol.asyncDispose]())

const env = { BACKPROOF_FROM_SOURCE: '1' }
const SERVICES = `
services:
  dns: { tier: 1, owner: net, rpo: 2d, rto: 1h, production: { site: dc-a }, copies: [{ type: dump, check: dumps/dns, site: dc-b }] }
  shop:
    tier: 1
    depends_on: [dns]
    rpo: 2d
    production: { site: dc-a }
    retention: { daily: 3 }
    copies:
      - { type: dump, check: dumps/shop, site: dc-a, credential: nas }
      - { type: tape, site: dc-c }
`

/** Two dumps of an hour ago, which two services count on. */
function estate(name: string): string {
  const sources =
    'sources: { dumps: { type: files, files: { dns: { path: dns, pattern: "*.dump" }, shop: { path: shop, pattern: "*.dump" } } } }'
  const cwd = workshop.folder(name, `${sources}\n${SERVICES}`)
  for (const folder of ['dns', 'shop']) {
    mkdirSync(join(cwd, folder))
    const path = join(cwd, folder, 'a.dump')
    writeFileSync(path, 'x')
    const at = new Date(Date.now() - 3_600_000)
    utimesSync(path, at, at)
  }
  return cwd
}

const finding = z.object({ rule: z.string(), outcome: z.string(), reason: z.string() })
const report = z.object({
  from: z.string(),
  services: z.array(
    z.object({ name: z.string(), ladder: z.object({ rung: z.string().nullable() }), findings: z.array(finding) }),
  ),
})

describe('services', () => {
  it('are judged by a look where there is no instance, and from its database where there is one', async () => {
    const cwd = estate('judged')
    const look = await run(['services', '--format', 'json', '--data', 'data'], { cwd, env })
    const first = report.parse(JSON.parse(look.stdout))
    expect([first.from, look.status]).toEqual(['look', 1])
    const judged = (all: typeof first, rule: string) =>
      all.services.map(({ findings }) => findings.find((one) => one.rule === rule)?.outcome)
    expect(first.services.map(({ name, ladder }) => [name, ladder.rung])).toEqual([
      ['dns', 'exists'],
      ['shop', 'exists'],
    ])
    expect(judged(first, 'rpo')).toEqual(['pass', 'pass'])
    expect(judged(first, 'copies')).toEqual(['fail', 'unknown'])
    // a look knows the newest point alone
    expect(judged(first, 'retention')).toEqual(['fail', 'unknown'])

    expect((await run(['serve', '--once', '--data', 'data'], { cwd, env })).status).toBe(0)
    const known = report.parse(
      JSON.parse((await run(['services', '--format', 'json', '--data', 'data'], { cwd, env })).stdout),
    )
    expect(known.from).toBe('instance')
    expect(judged(known, 'rpo')).toEqual(['pass', 'pass'])
    expect(known.services[1]?.findings.find(({ rule }) => rule === 'retention')?.reason).not.toContain('not known.')
    const again = await run(['services', 'sh*', '--look', '--format', 'json', '--data', 'data'], { cwd, env })
    expect(report.parse(JSON.parse(again.stdout))).toMatchObject({ from: 'look', services: [{ name: 'shop' }] })
  })

  it('are printed for people', async () => {
    const cwd = estate('printed')
    const [table, markdown, nobody] = await Promise.all([
      run(['services'], { cwd, env }),
      run(['services', '--format', 'markdown', '--all'], { cwd, env }),
      run(['services', 'shopp'], { cwd, env }),
    ])
    expect(table?.stdout).toMatch(/^SERVICE +TIER +PROVEN.*\ndns +1 +exists +1 of 1 +1h.* +2d +1h/)
    expect(table?.stdout).toMatch(/shop\n(?:.*\n)*? {2}FAIL ownership: It belongs to nobody\.\n {4}Name an owner/)
    expect(markdown?.stdout).toMatch(/\| rpo \| pass \|/)
    expect([nobody?.status, nobody?.stdout, nobody?.stderr]).toEqual([
      64,
      '',
      expect.stringContaining('there is no service shopp; there are: dns, shop'),
    ])
  })
})

describe('simulate', () => {
  it.each([
    [['site:dc-b'], 0, /dns +1 +-/],
    [['site:dc-a'], 3, /unknown +shop +1 +tape \(not proven\)/],
    [['site:dc-a', 'site:dc-b', 'site:dc-c'], 1, /^Without site:dc-a, site:dc-b, site:dc-c: 2 gone/],
    [['service:dns'], 0, /Not hit, and waiting for what is down:\nSERVICE +FOR\nshop +dns/],
    [['site:moon'], 64, /nothing is known as site:moon: of site there are: dc-a, dc-b, dc-c/],
    [['moon'], 64, /"moon" is not something to lose: write KIND:VALUE/],
  ])('--lose %j ends with %i', async (losses, status, words) => {
    const cwd = estate(`lose ${losses.join(' ').replaceAll(':', '-')}`)
    const result = await run(['simulate', '--lose', ...losses], { cwd, env })
    expect(result.stdout + result.stderr).toMatch(words)
    expect(result.status).toBe(status)
  })

  it('ranks every single loss where none is named', async () => {
    const { status, stdout } = await run(['simulate', '--format', 'json'], { cwd: estate('ranked'), env })
    const ranked = z.object({ ranked: z.array(z.object({ loss: z.string() })) }).parse(JSON.parse(stdout)).ranked
    expect([status, ranked[0]?.loss]).toEqual([0, 'site:dc-a'])
    expect(ranked.map(({ loss }) => loss)).toContain('credential:nas')
  })
})

it('writes the same recovery plan each time', async () => {
  const cwd = estate('runbook')
  const plan = (...args: string[]) => run(['runbook', ...args], { cwd, env })
  const [first, second, page, one] = await Promise.all([plan(), plan(), plan('--format', 'html'), plan('shop')])
  expect(first?.status).toBe(0)
  expect(first?.stdout).toBe(second?.stdout)
  expect(first?.stdout).toMatch(/\| 1 \| 1 \| dns \| 1 \| net /)
  expect(page?.stdout).toMatch(/^<!doctype html>/)
  expect(one?.stdout).toMatch(/^# shop\n/)
})

it('says what to do where no services are declared', async () => {
  const cwd = workshop.folder('none', 'sources: {}\n')
  const [services, simulate, runbook] = await Promise.all(
    ['services', 'simulate', 'runbook'].map((name) => run([name], { cwd, env })),
  )
  expect(services).toMatchObject({ status: 0, stdout: expect.stringContaining('No services are declared') })
  expect(simulate).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('Nothing is declared that could be lost'),
  })
  expect(runbook).toMatchObject({ status: 0, stdout: expect.stringContaining('nothing to plan') })
})

it('says what nobody could see, or has looked at yet', async () => {
  const cwd = estate('unseen')
  const blind = join(cwd, 'blind.yaml')
  writeFileSync(blind, 'sources: { far: { type: files, files: { a: { path: /nowhere/at/all, pattern: "*" } } } }\n')
  writeFileSync(
    join(cwd, 'backproof.yaml'),
    `include: [blind.yaml]\n${readFileSync(join(cwd, 'backproof.yaml'), 'utf8')}`,
  )
  const remark = /1 of 3 scopes was not readable at the last look: far\/a\. What/
  const looked = await run(['services', '--look'], { cwd, env })
  expect(looked.stderr).toMatch(remark)
  expect((await run(['serve', '--once', '--data', 'data'], { cwd, env })).status).toBe(0)
  for (const command of ['services', 'simulate', 'runbook'])
    expect((await run([command, '--data', 'data'], { cwd, env })).stderr).toMatch(remark)
})
