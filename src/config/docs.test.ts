import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { horn, shelf } from '../../test/fakes/kinds.ts'
import { loadConfig } from './load-config.ts'
import { SECTION_NAMES } from './root.ts'
import * as sections from './sections.ts'
import * as services from './service-schema.ts'

const path = join(import.meta.dirname, '../../docs/configuration.md')
const text = readFileSync(path, 'utf8')

test.each([
  ...SECTION_NAMES,
  ...Object.keys(sections.commonSourceShape),
  ...Object.keys(sections.commonChannelShape),
  ...Object.keys(sections.serviceShape),
  ...Object.keys(services.copyShape),
  ...Object.keys(services.keepShape),
  ...Object.keys(services.keyShape),
  ...Object.keys(services.waiverShape),
  ...Object.keys(services.tuningShape),
  ...Object.values(services.MEASURES).flatMap((shape) => Object.keys(shape)),
  ...Object.keys(sections.route.shape),
  ...Object.keys(sections.defaults.shape),
  ...Object.keys(sections.server.shape),
])('the documentation tells of %s', (key) => {
  expect(text).toMatch(new RegExp(`\`${key}[\`:]|^#+ .*\\b${key}\\b|^\\s*(?:- )?${key}:`, 'm'))
})

test('the message that it shows is the one that people get', () => {
  const golden = readFileSync(join(import.meta.dirname, '../../test/golden/config/bad-duration.txt'), 'utf8')
  const message = 'sources.fleet.max_age: "25 hours" is not a duration: write 90m, 25h, 1d, 7d12h or PT25H'
  expect([text, golden].every((one) => one.includes(message))).toBe(true)
})

test('no configuration file there is: people are told what to do', () => {
  expect(loadConfig({ path: '/nowhere/backproof.yaml', sources: [shelf], notifiers: [horn] })).toMatchObject({
    problems: [{ file: '/nowhere/backproof.yaml', message: expect.stringContaining('backproof init') }],
  })
})
