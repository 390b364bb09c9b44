import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/load-config.ts'
import { instant, toIso } from '../../src/domain/instant.ts'
import { NOWHERE } from '../../src/domain/service.ts'
import { surveyEstate } from '../../src/evaluation/services/estate.ts'
import { evaluateService } from '../../src/evaluation/services/evaluate.ts'
import { ladderOf } from '../../src/evaluation/services/ladder.ts'
import { parseLoss } from '../../src/planning/loss.ts'
import { toHtml } from '../../src/planning/runbook/html.ts'
import { toMarkdown } from '../../src/planning/runbook/markdown.ts'
import { estateRunbook } from '../../src/planning/runbook/runbook.ts'
import { rankLosses, simulate } from '../../src/planning/simulate.ts'
import { NOW } from '../fakes/notification.ts'
import { anEstate } from '../fakes/service-estate.ts'
import { aCopy, aDrill, aProof, aService } from '../fakes/services.ts'

const golden = (name: string) => join(import.meta.dirname, 'services', name)
const HOUR = 3_600_000

describe('an estate of 200 services', () => {
  const estate = surveyEstate(anEstate(200, 4))

  test('is judged as before', async () => {
    const lines = estate.views.flatMap((view) => {
      const { rung, since } = ladderOf(view, NOW)
      const findings = evaluateService(view, NOW)
        .filter(({ outcome }) => outcome === 'fail' || outcome === 'unknown')
        .map(
          ({ rule, outcome, severity, reason, waiver }) =>
            `  ${severity ?? outcome}${waiver ? ' (waived)' : ''} ${rule}: ${reason}`,
        )
      return [`${view.service.name}: ${rung ?? 'nothing'} since ${since === null ? '-' : toIso(since)}`, ...findings]
    })
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(golden('estate.txt'))
  })

  test('loses as before', async () => {
    const ranked = rankLosses(estate, NOW).filter(({ loss }) => !loss.startsWith('check:'))
    const loss = parseLoss('account:lonely')
    const whole = loss && simulate(estate, [loss], NOW)
    const lines = ranked.map((one) => JSON.stringify(one))
    await expect(`${lines.join('\n')}\n\n${JSON.stringify(whole, null, 1)}\n`).toMatchFileSnapshot(golden('losses.txt'))
  })
})

// names from outside are hostile: they must break out of nothing
const HOSTILE = 'x`|<script>alert(1)</script>\n# [a](b) \u202e'
const plan = surveyEstate({
  services: [
    aService('shop-db', {
      tier: 1,
      owner: 'shop',
      rpoMs: HOUR,
      rtoMs: 4 * HOUR,
      method: 'pg_dump',
      dependsOn: ['dns'],
      production: { ...NOWHERE, site: 'dc-a' },
      keys: [
        {
          name: 'main',
          holders: ['ann', 'bob'],
          where: 'the safe',
          lastRehearsedAt: instant(Date.UTC(2026, 4, 1)),
          rehearseEveryMs: 8760 * HOUR,
        },
      ],
      waivers: [{ rule: 'retention', reason: HOSTILE, owner: 'cto', until: instant(Date.UTC(2027, 0, 1)) }],
      copies: [
        aCopy({
          type: 'nas',
          location: 'dc-a / nas01',
          check: 'fleet/shop',
          site: 'dc-a',
          medium: 'nas01',
          keys: ['main'],
        }),
        aCopy({ type: 'dumps', check: 'dumps/shop', region: 'eu-central-1', immutable: true }),
        aCopy({ type: HOSTILE }),
      ],
    }),
    aService('dns', {
      tier: 1,
      copies: [aCopy({ type: 'rds', check: 'aws/*' }), aCopy({ type: 'disk', check: 'ebs/dns' })],
    }),
    aService('a', { dependsOn: ['b'] }),
    aService('b', { dependsOn: ['a'] }),
  ],
  checks: [
    aProof('fleet/shop', { resource: { id: "s3:https://s3.example.com/it's#web" } }),
    aProof('dumps/shop', { type: 's3-dump', resource: { id: 'arn:aws:s3:::acme/pg/shop-', region: 'eu-central-1' } }),
    aProof('aws/dns', { type: 'rds-pitr', resource: { name: 'dns; rm -rf /', region: 'eu-west-1' } }),
    aProof('aws/odd', { type: 'unheard-of' }),
    aProof('ebs/dns', { type: 'ebs-snapshot', resource: { id: 'vol-1' } }),
  ],
  drills: [
    aDrill('shop-db', {
      by: HOSTILE,
      phases: [
        { name: 'locate', startedAt: null, tookMs: HOUR / 10 },
        { name: HOSTILE, startedAt: null, tookMs: HOUR / 2 },
      ],
      checked: ['row counts', HOSTILE],
      gaps: ['nobody knew the password', HOSTILE],
      note: HOSTILE,
    }),
    aDrill('', { service: null, check: 'fleet/shop', at: instant(NOW - HOUR), outcome: 'restored', rpaMs: null }),
    aDrill('', { service: null, check: 'aws/dns', at: instant(NOW - HOUR), rtaMs: 3 * HOUR }),
  ],
})
const blocks = estateRunbook(plan, (view) => evaluateService(view, NOW))

test('the runbook in Markdown', async () => {
  const text = toMarkdown(blocks)
  expect(text).not.toMatch(/(^|[^\\])<script/m)
  expect(text).not.toContain('\u202e')
  await expect(text).toMatchFileSnapshot(golden('runbook.md'))
})

test('the runbook in HTML', async () => {
  const text = toHtml('Recovery plan', blocks)
  expect(text).not.toContain('<script')
  await expect(text).toMatchFileSnapshot(golden('runbook.html'))
})

test('the runbook stays the same while backups go on', () => {
  const later = instant(NOW + HOUR / 2)
  expect(estateRunbook(plan, (view) => evaluateService(view, later))).toEqual(blocks)
})

test('the inventory of the handbook: nothing is proven before checks are bound to it, and all is once they are', () => {
  const result = loadConfig({ path: golden('inventory.yaml'), env: {}, sources: [], notifiers: [] })
  if ('problems' in result) throw new Error(result.problems.map(({ message }) => message).join('\n'))
  const { services } = result.config
  const outcomes = (estate: ReturnType<typeof surveyEstate>) =>
    estate.views.map((view) =>
      Object.fromEntries(evaluateService(view, NOW).map(({ rule, outcome }) => [rule, outcome])),
    )
  const unbound = outcomes(surveyEstate({ services, checks: [], drills: [] }))
  expect(unbound[0]).toMatchObject({ rpo: 'unknown', copies: 'unknown', 'off-site': 'unknown', immutability: 'fail' })
  const bound = services.map((service) => ({
    ...service,
    copies: service.copies.map((copy, n) => ({ ...copy, check: `${service.name}/${n}` })),
  }))
  const checks = bound.flatMap(({ copies }) => copies.map(({ check }) => aProof(check ?? '', { ageHours: 0.1 })))
  for (const judged of outcomes(surveyEstate({ services: bound, checks, drills: [] })))
    expect(judged).toMatchObject({ rpo: 'pass', copies: 'pass', 'off-site': 'pass', encryption: 'pass' })
})
