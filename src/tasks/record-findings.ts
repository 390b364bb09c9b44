import { z } from 'zod'
import type { Instant } from '../domain/instant.ts'
import { findingsItem, type KeptFinding, type TurnedFinding } from '../evidence/items.ts'
import type { Writer } from '../store/store.ts'

/** What the rules last said of each service, a letter a rule: few bytes, since it is written whole when one changes. */
const FINDINGS = 'service-findings'
const known = z.object({ rules: z.array(z.string()), services: z.array(z.tuple([z.string(), z.string()])) })

const LETTERS = { pass: 'p', fail: 'f', unknown: 'u', 'not-applicable': 'n' } as const
const NOT_JUDGED = '-'
const outcomeOf = (letter: string | undefined) =>
  (['pass', 'fail', 'unknown', 'not-applicable'] as const).find((outcome) => LETTERS[outcome] === letter) ?? null

/**
 * Enters into the evidence which rules say something else of a service than they last did, also where it opens no incident. `whole`: there
 * are no other services; else what was said of others stands.
 */
export async function recordFindings(
  tx: Writer,
  judged: readonly { service: string; findings: readonly KeptFinding[] }[],
  whole: boolean,
  now: Instant,
): Promise<void> {
  if (judged.length === 0 && !whole) return
  const text = await tx.valueForUpdate(FINDINGS)
  const before = known.safeParse(text === null ? null : JSON.parse(text)).data ?? { rules: [], services: [] }
  const place = new Map(before.rules.map((rule, index) => [rule, index]))
  const earlier = new Map(before.services)
  const rules = judged[0]?.findings.map(({ rule }) => rule) ?? before.rules
  const services = new Map(whole ? [] : earlier)
  // the rules of another version may be others, in another order
  if (rules.join() !== before.rules.join())
    for (const [service, letters] of services)
      services.set(service, rules.map((rule) => letters[place.get(rule) ?? -1] ?? NOT_JUDGED).join(''))
  for (const { service, findings } of judged)
    services.set(service, findings.map(({ outcome }) => LETTERS[outcome]).join(''))
  const items = judged.flatMap(({ service, findings }) => {
    const letters = earlier.get(service)
    const turned = findings.flatMap((finding): TurnedFinding[] => {
      const from = outcomeOf(letters?.[place.get(finding.rule) ?? -1])
      return from === finding.outcome ? [] : [{ ...finding, from }]
    })
    return turned.length === 0 ? [] : [findingsItem(service, turned, now)]
  })
  if (items.length > 0) await tx.addEvidence(items)
  const next = JSON.stringify({ rules, services: [...services] })
  if (next !== text) await tx.setValue(FINDINGS, next)
}
