import assert from 'node:assert/strict'
import { surveyEstate } from '../src/evaluation/services/estate.ts'
import { evaluateService } from '../src/evaluation/services/evaluate.ts'
import { ladderOf } from '../src/evaluation/services/ladder.ts'
import { indexLosses } from '../src/planning/loss-index.ts'
import { rankLosses } from '../src/planning/simulate.ts'
import { NOW } from '../test/fakes/notification.ts'
import { anEstate } from '../test/fakes/service-estate.ts'
import { type Benchmark, cpuMs, type Figure, settle, shown, spread } from './harness.ts'

const COPIES = 5

/** All rules over all services, and all single losses; each with its planted answers. */
export const services: Benchmark = {
  about: '10,000 services with 50,000 copies: all rules, and all single losses ranked',
  async run({ brief }): Promise<Figure[]> {
    const count = brief ? 500 : 10_000
    const facts = anEstate(count, COPIES)
    const rules: number[] = []
    const losses: number[] = []
    let ranked = 0
    for (let round = 0; round < (brief ? 1 : 5); round++) {
      settle()
      rules.push(
        await cpuMs(() => {
          const outcomes = { pass: 0, fail: 0, unknown: 0, 'not-applicable': 0 }
          let rungs = 0
          for (const view of surveyEstate(facts).views) {
            for (const finding of evaluateService(view, NOW)) {
              outcomes[finding.outcome] += 1
              if (finding.rule === 'off-site')
                assert.equal(finding.outcome, Number(view.service.name.slice(1)) % 10 === 7 ? 'fail' : 'pass')
            }
            if (ladderOf(view, NOW).rung !== null) rungs += 1
          }
          assert.equal(rungs, count)
          assert.ok(outcomes.fail > 0 && outcomes.unknown > 0)
        }),
      )
      const estate = surveyEstate(facts)
      settle()
      losses.push(
        await cpuMs(() => {
          const all = rankLosses(estate, NOW, indexLosses(estate))
          ranked = all.length
          // each service, each check, and every domain
          assert.ok(ranked > count * COPIES)
          const planted = all.find(({ loss }) => loss === 'account:lonely')
          assert.equal(planted?.summary.gone, count / 10)
        }),
      )
    }
    return [
      {
        name: `all rules over ${count} services with ${count * COPIES} copies`,
        against: null,
        value: spread(rules).median / 1000,
        unit: 's of CPU',
        goal: { most: 1 },
        detail: `${shown(spread(rules))} ms`,
      },
      {
        name: `all ${ranked} single losses of them`,
        against: null,
        value: spread(losses).median / 1000,
        unit: 's of CPU',
        goal: { most: 5 },
        detail: `${shown(spread(losses))} ms`,
      },
    ]
  },
}
