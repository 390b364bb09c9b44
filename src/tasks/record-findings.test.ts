import { afterEach, beforeEach, expect, test } from 'vitest'
import { anInstance, START } from '../../test/fakes/estate-instance.ts'
import { instant } from '../domain/instant.ts'
import type { ServiceFinding } from '../domain/service-finding.ts'
import { recordFindings } from './record-findings.ts'

let it_: Awaited<ReturnType<typeof anInstance>>
beforeEach(async () => {
  it_ = await anInstance()
})
afterEach(() => it_.close())

const now = instant(START)

/** What each rule says of each service. */
type Said = Record<string, Record<string, ServiceFinding['outcome']>>

/** What entered the evidence, in short. */
async function record(said: Said): Promise<string[]> {
  const { seq } = (await it_.store.read.evidenceHead()) ?? { seq: 0 }
  const judged = Object.entries(said).map(([service, outcomes]) => ({
    service,
    findings: Object.entries(outcomes).map(([rule, outcome]) => ({
      rule,
      outcome,
      severity: null,
      reason: `so it ${outcome}`,
    })),
  }))
  await it_.store.write((tx) => recordFindings(tx, judged, true, now))
  const entered: string[] = []
  for (const { kind, body } of await it_.store.read.evidence(seq, 100)) {
    if (kind !== 'finding') continue
    const { service, findings } = JSON.parse(body)
    for (const { rule, from, to, reason } of findings) entered.push(`${service} ${rule}: ${from} ${to}, ${reason}`)
  }
  return entered
}

test('what rules say of a service enters once, and again when it turns, also where it opens no incident', async () => {
  const shop: Said[string] = { rpo: 'pass', copies: 'unknown' }
  expect(await record({ shop })).toEqual([
    'shop rpo: null pass, so it pass',
    'shop copies: null unknown, so it unknown',
  ])
  expect(await record({ shop })).toEqual([])
  expect(await record({ shop: { ...shop, copies: 'fail' }, wiki: { rpo: 'not-applicable', copies: 'pass' } })).toEqual([
    'shop copies: unknown fail, so it fail',
    'wiki rpo: null not-applicable, so it not-applicable',
    'wiki copies: null pass, so it pass',
  ])
})

test('a rule that is new is told, whatever place it has among the others', async () => {
  await record({ shop: { rpo: 'pass', copies: 'fail' } })
  expect(await record({ shop: { rto: 'unknown', copies: 'fail', rpo: 'pass' } })).toEqual([
    'shop rto: null unknown, so it unknown',
  ])
  expect(await record({ shop: { rto: 'unknown', copies: 'fail', rpo: 'pass' } })).toEqual([])
})

test('a service that went and comes back is told anew', async () => {
  await record({ shop: { rpo: 'pass' } })
  expect(await record({})).toEqual([])
  expect(await record({ shop: { rpo: 'pass' } })).toEqual(['shop rpo: null pass, so it pass'])
})

test('names that mean something to JavaScript are names', async () => {
  const said: Said = Object.fromEntries([
    ['__proto__', { rpo: 'pass' as const }],
    ['constructor', { rpo: 'fail' as const }],
  ])
  expect(await record(said)).toHaveLength(2)
  expect(await record(said)).toEqual([])
})
