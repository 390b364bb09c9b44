import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CONTROLS } from '../../src/planning/report/controls.ts'
import { CSV_TABLES } from '../../src/planning/report/csv.ts'

const docs = readFileSync(join(import.meta.dirname, '../../docs/reports.md'), 'utf8')

test('the mapping to controls stands in the documentation as it is in the program', () => {
  const code = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(', ') || '-'
  for (const { framework, control, title, coverage, rules, conditions, how } of CONTROLS) {
    const name = control.includes('_') ? code([control]) : control
    const answered = coverage === 'none' ? 'not' : coverage
    expect(docs).toContain(`### ${framework}\n`)
    expect(docs).toContain(`| ${name} | ${title} | ${answered} | ${code(rules)} | ${code(conditions)} | ${how} |`)
  }
})

test('each table of CSV is named', () => {
  for (const table of CSV_TABLES) expect(docs).toContain(`\`${table}\``)
})
