import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { z } from 'zod'
import { run } from '../fakes/program.ts'
import { Workshop } from '../fakes/workshop.ts'

const workshop = new Workshop()
afterAll(() => workshop[Symbol.asyncDispose]())

const env = { BACKPROOF_FROM_SOURCE: '1' }

/** One dump of now, which a service counts on. */
function estate(name: string, server = ''): string {
  const cwd = workshop.folder(
    name,
    `${server}
sources: { dumps: { type: files, files: { shop: { path: shop, pattern: "*.dump" } } } }
services:
  shop: { tier: 1, rpo: 2d, rto: 1h, production: { site: dc-a }, copies: [{ type: dump, check: dumps/shop, site: dc-b }] }
`,
  )
  mkdirSync(join(cwd, 'shop'))
  writeFileSync(join(cwd, 'shop', 'a.dump'), 'x')
  return cwd
}

const command = (cwd: string, ...args: string[]) => run(args, { cwd, env })
const drills = z.array(
  z.object({
    id: z.string(),
    service: z.string().nullable(),
    check: z.string().nullable(),
    by: z.string(),
    recorded_by: z.string(),
    rta_seconds: z.number().nullable(),
    ended: z.object({ by: z.string(), reason: z.string() }).nullable(),
  }),
)
const listed = async (cwd: string, ...args: string[]) =>
  drills.parse(JSON.parse((await command(cwd, 'drill', 'list', '--format', 'json', ...args)).stdout))
const rung = async (cwd: string) => {
  const report = z.object({ services: z.array(z.object({ ladder: z.object({ rung: z.string().nullable() }) })) })
  const { stdout } = await command(cwd, 'services', '--format', 'json')
  return report.parse(JSON.parse(stdout)).services[0]?.ladder.rung
}
const RECORD = ['drill', 'record', 'shop', '--outcome', 'verified', '--by', 'ann']

it('a drill is recorded while no instance runs, and moves the ladder, simulate and the runbook', async () => {
  const cwd = estate('stopped')
  const none = await command(cwd, ...RECORD)
  expect([none.status, none.stderr]).toEqual([64, expect.stringMatching(/There is no database in .*data: start an/)])
  expect(existsSync(join(cwd, 'data'))).toBe(false)
  expect((await command(cwd, 'serve', '--once')).status).toBe(0)
  expect(await rung(cwd)).toBe('exists')

  const phases = ['--phase', 'locate=5m', '--phase', 'restore=12m', '--check', 'row counts', '--gap', 'no key at hand']
  const told = await command(cwd, ...RECORD, ...phases, '--rpa', '5m')
  expect([told.stderr, told.stdout]).toEqual([
    '',
    expect.stringMatching(/^Recorded: shop verified, took 17m, lost 5m of data, began /),
  ])
  expect(await rung(cwd)).toBe('within-rto')
  expect((await command(cwd, 'simulate', '--lose', 'site:dc-a')).stdout).toMatch(/17m \(drill of \d{4}-\d\d-\d\d\)/)
  const runbook = (await command(cwd, 'runbook', 'shop')).stdout
  for (const words of ['by ann: verified; took 17m, lost 5m', '| locate | 5m |', 'row counts', 'no key at hand'])
    expect(runbook).toContain(words)
  expect((await command(cwd, 'drill', 'list')).stdout).toMatch(/shop +verified +17m +5m +ann +1 /)
})

it('a running instance is told, whatever its login; one that was killed is not waited for', async () => {
  const cwd = estate('running', 'server: { auth: { password: "correct horse battery" } }')
  const served = await workshop.serve(cwd)
  const link = join(cwd, 'data', 'instance.json')
  expect(statSync(link).mode & 0o777).toBe(0o600)
  await expect.poll(() => rung(cwd)).toBe('exists')
  expect((await command(cwd, ...RECORD, '--rta', '20m')).stdout).toMatch(/^Recorded: shop verified, took 20m/)
  expect(await rung(cwd)).toBe('within-rto')
  const [first] = await listed(cwd)
  expect(first).toMatchObject({ by: 'ann', recorded_by: 'command line', rta_seconds: 1200 })

  // what it refuses is told in its words, and its key is none of them
  const refused = await command(cwd, 'drill', 'record', 'shpo', '--outcome', 'verified')
  expect([refused.status, refused.stderr]).toEqual([64, 'There is no service "shpo": did you mean "shop"?\n'])
  const alone = ['drill', 'record', '--of', 'dumps/shop', '--outcome', 'restored', '--rta', '9m']
  expect((await command(cwd, ...alone)).stdout).toMatch(/^Recorded: dumps\/shop \(alone\) restored, took 9m/)
  const [part] = await listed(cwd, 'shop')
  expect(part).toMatchObject({ service: null, check: 'dumps/shop' })
  const withdraw = ['drill', 'withdraw', part?.id ?? '', '--reason', 'the wrong host', '--by', 'ben']
  expect((await command(cwd, ...withdraw)).stdout).toMatch(/^Withdrawn: /)
  expect((await command(cwd, ...withdraw)).stderr).toMatch(/was withdrawn at .* by ben: the wrong host\.\n$/)
  expect(await listed(cwd)).toEqual([first])
  expect((await listed(cwd, '--all'))[0]?.ended).toEqual({ by: 'ben', reason: 'the wrong host' })
  const { key } = z.object({ key: z.string() }).parse(JSON.parse(readFileSync(link, 'utf8')))
  expect(served.program.stdout() + served.program.stderr()).not.toContain(key)
  // without the key nobody gets in
  const stranger = { authorization: `Bearer ${key.slice(1)}` }
  expect((await fetch(`${served.address}/api/v1/drills`, { headers: stranger })).status).toBe(401)
  expect((await fetch(`${served.address}/api/v1/drills`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(
    200,
  )

  served.program.child.kill('SIGKILL')
  await served.program.ended
  expect((await command(cwd, ...RECORD, '--rta', '30m')).stdout).toMatch(/^Recorded: shop verified, took 30m/)
  expect(await listed(cwd)).toHaveLength(2)
  const again = await workshop.serve(cwd)
  await workshop.stop(again)
  expect(existsSync(link)).toBe(false)
})

it.each([
  [['record', '--outcome', 'verified'], /Say what was restored/],
  [['record', 'shop'], /required option '--outcome/],
  [['record', 'shop', '--outcome', 'fine'], /failed, restored, verified/],
  [['record', 'shop', '--outcome', 'verified', '--phase', 'restore'], /Write it as restore=12m/],
  [['record', 'shop', '--outcome', 'verified', '--phase', 'restore=12'], /Write it as 45m/],
  [['record', 'shop', '--outcome', 'verified', '--at', 'yesterday'], /Write it as 2026-11-20T09:00:00Z/],
  [['record', 'shop', '--outcome', 'verified', '--phase', 'x=1m@2026-11-20T09:00:00Z'], /Say when the drill began/],
  [['withdraw', 'x'], /required option '--reason/],
  [['list', '--limit', '0'], /A number from 1 to 10000/],
])('drill %j is refused in words', async (args, words) => {
  const refused = await run(['drill', ...args], { cwd: workshop.directory, env })
  expect([refused.status, refused.stderr]).toEqual([64, expect.stringMatching(words)])
})
