import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadResticMonitorConfig } from './load-config.ts'
import { policyFor } from './policy.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backproof-foreign-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function load(text: string) {
  const path = join(folder, 'config.yaml')
  writeFileSync(path, text)
  return loadResticMonitorConfig(path, { env: {} })
}

const DEFAULTS = `defaults:
  url: "s3:https://s3.example.com/restic-{{ .Name }}"
  max_age: 1d
  push_url: https://uptime-kuma.example.com/api/push/
  extra_env:
    AWS_ACCESS_KEY_ID: "your-key-id"
    AWS_SECRET_ACCESS_KEY: "hunter2-secret"
`

test("restic-monitor's own file is one source, each repository with its own threshold", () => {
  const result = load(`${DEFAULTS}
repositories:
  web-server:
    push_token: yDaQM5YUuS3rczSvLsOucs4LqHSRDhu6
  db-server:
    push_token: ap2F52Qjmup9dxyPcWa1eNt125AukcrV
    max_age: 6h
`)
  if ('problems' in result) throw new Error(JSON.stringify(result.problems))
  const [source] = result.config.sources
  expect(result.config.sources).toHaveLength(1)
  expect(source).toMatchObject({ name: 'restic', type: 'restic' })
  const threshold = (name: string) =>
    policyFor(result.config, {
      id: `restic/${name}`,
      source: 'restic',
      type: 'restic',
      resource: { id: name, name, provider: null, account: null, region: null, tags: {} },
    })
  expect(threshold('web-server')).toMatchObject({ threshold: { maxAgeMs: 86_400_000 } })
  expect(threshold('db-server')).toMatchObject({
    threshold: { maxAgeMs: 6 * 3_600_000 },
    thresholdFrom: 'sources.restic.repositories.db-server.max_age',
  })
})

test.each([
  ['a mistake in a repository', `${DEFAULTS}repositories:\n  web: { max_age: 6 hours }\n`, 9, 19],
  ['a mistake in the defaults', `defaults: { url: /x, max_age: 1 day }\nrepositories:\n  web: {}\n`, 1, 31],
  ['an unknown key', `${DEFAULTS}repositories:\n  web:\n    maxage: 6h\n`, 10, 5],
  ['no repositories', DEFAULTS, 1, 1],
  ['not a map', '- a\n- b\n', 1, 1],
])('%s is told at its place', (_, text, line, column) => {
  const result = load(text)
  const problems = 'problems' in result ? result.problems : []
  expect(problems.map((problem) => [problem.line, problem.column])).toContainEqual([line, column])
  expect(JSON.stringify(problems)).not.toContain('hunter2')
})
