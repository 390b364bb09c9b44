import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from '../../src/config/load-config.ts'
import { formatProblem } from '../../src/config/problem.ts'
import { horn, shelf } from '../fakes/kinds.ts'

// What people read when they make a mistake, with its exact place: each .yaml here has one kind of mistake, its .txt the words.
const folder = join(import.meta.dirname, 'config')
const env = { PASSWORD: 'correct horse battery', EMPTY: '' }

const mistakes = readdirSync(folder).filter((file) => file.endsWith('.yaml'))

test.each(mistakes)('%s', async (file) => {
  const result = loadConfig({ path: join(folder, file), env, sources: [shelf], notifiers: [horn] })
  const problems = 'problems' in result ? result.problems : []
  expect(problems).not.toHaveLength(0)
  const text = problems.map((problem) => formatProblem(problem).replaceAll(`${folder}/`, '')).join('\n')
  // nobody's secret is in a message: the files call all of theirs so
  expect(text).not.toMatch(/hunter2/)
  await expect(`${text}\n`).toMatchFileSnapshot(join(folder, file.replace(/yaml$/, 'txt')))
})
