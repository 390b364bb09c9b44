import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FakeClock } from '../../test/fakes/clock.ts'
import { horn, shelf } from '../../test/fakes/kinds.ts'
import type { Config } from './config.ts'
import { loadConfig } from './load-config.ts'
import { watchConfig } from './watch.ts'

let folder: string
let stop: AbortController
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backproof-watch-'))
  mkdirSync(join(folder, 'conf.d'))
  stop = new AbortController()
})
afterEach(() => rmSync(folder, { recursive: true }))

const services = (names: string) => `include: conf.d/*.yaml\nservices: { ${names} }\n`

/** A watch whose news are awaited: of the kernel's events, which come when they come. */
function start() {
  const path = join(folder, 'backproof.yaml')
  const load = () => loadConfig({ path, env: {}, sources: [shelf], notifiers: [horn] })
  const first = load()
  if ('problems' in first) throw new Error('the first configuration must be good')
  const clock = new FakeClock(0)
  const news: (string[] | 'refused')[] = []
  let read = 0
  const watch = watchConfig({
    config: first.config,
    load,
    clock,
    signal: stop.signal,
    onConfig: (config: Config) => void news.push(config.services.map(({ name }) => name)),
    onProblems: () => void news.push('refused'),
  })
  const settled = async () => {
    // the kernel's events arrive in their own time; then the quiet time passes on our clock
    while (clock.wakeups.length === 0) await new Promise((resolve) => setImmediate(resolve))
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
    await clock.advance(1000)
  }
  const next = async () => {
    while (news.length === read) {
      await new Promise((resolve) => setImmediate(resolve))
      if (clock.wakeups.length > 0) await clock.advance(1000)
    }
    read = news.length
    return news.at(-1)
  }
  return { watch, next, news, settled }
}

test('applies what was saved, by writing or by renaming, and new files that include finds', async () => {
  const path = join(folder, 'backproof.yaml')
  writeFileSync(path, services('a: {}'))
  const { watch, next } = start()

  writeFileSync(path, services('a: {}, b: {}'))
  expect(await next()).toEqual(['a', 'b'])

  writeFileSync(`${path}.tmp`, services('c: {}'))
  renameSync(`${path}.tmp`, path)
  expect(await next()).toEqual(['c'])

  // the watch has outlived the file that it began with
  writeFileSync(path, services('d: {}'))
  expect(await next()).toEqual(['d'])

  writeFileSync(join(folder, 'conf.d/more.yaml'), 'services: { e: {} }')
  expect(await next()).toEqual(['d', 'e'])
  writeFileSync(join(folder, 'conf.d/more.yaml'), 'services: { f: {} }')
  expect(await next()).toEqual(['d', 'f'])

  stop.abort()
  await watch.done
})

test('refuses what is wrong, and goes on', async () => {
  const path = join(folder, 'backproof.yaml')
  writeFileSync(path, services('a: {}'))
  const { watch, next } = start()
  writeFileSync(path, services('a: { tier: none }'))
  expect(await next()).toBe('refused')
  rmSync(path)
  expect(await next()).toBe('refused')
  writeFileSync(path, services('b: {}'))
  expect(await next()).toEqual(['b'])
  stop.abort()
  await watch.done
})

test('a link that is swapped, as Kubernetes does it, is a change', async () => {
  for (const [version, names] of [
    ['v1', 'a: {}'],
    ['v2', 'b: {}'],
  ] as const) {
    mkdirSync(join(folder, version))
    writeFileSync(join(folder, version, 'backproof.yaml'), services(names))
  }
  symlinkSync('v1', join(folder, '..data'))
  symlinkSync('..data/backproof.yaml', join(folder, 'backproof.yaml'))
  const { watch, next } = start()
  symlinkSync('v2', join(folder, '..data_tmp'))
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'))
  expect(await next()).toEqual(['b'])
  stop.abort()
  await watch.done
})

test('other files in the same folder change nothing, and a request reads it anew', async () => {
  const path = join(folder, 'backproof.yaml')
  writeFileSync(path, services('a: {}'))
  const { watch, next, news, settled } = start()
  writeFileSync(join(folder, 'notes.txt'), 'nothing of ours')
  await settled()
  expect(news).toEqual([])
  watch.reload()
  expect(await next()).toEqual(['a'])
  stop.abort()
  await watch.done
})
