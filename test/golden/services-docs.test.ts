import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RUNGS } from '../../src/evaluation/services/ladder.ts'
import { serviceRules } from '../../src/evaluation/services/registry.ts'
import { LOSS_KINDS } from '../../src/planning/loss.ts'
import { FATES } from '../../src/planning/simulate.ts'

const text = readFileSync(join(import.meta.dirname, '../../docs/services.md'), 'utf8')

test.each([
  ...serviceRules.map(({ id }) => `\`${id}\``),
  ...RUNGS.map((rung) => `\`${rung}\``),
  ...LOSS_KINDS.map((kind) => `\`${kind}:\``),
  ...FATES.map((fate) => `| ${fate} |`),
])('the documentation of services tells of %s', (word) => {
  expect(text).toContain(word)
})
