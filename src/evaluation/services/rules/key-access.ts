import { plus, toIso } from '../../../domain/instant.ts'
import { type Judged, list, type ServiceRule } from '../rule.ts'
import { isEncrypted } from './encryption.ts'

const ADVICE =
  'Document break-glass access (who can decrypt, and where the key is when everything is down), and test decryption during drills.'

/** Can somebody decrypt the copies in an emergency, and when was that last tried? */
export const keyAccess: ServiceRule = {
  id: 'key-access',
  asks: 'a register of who can decrypt, rehearsed',
  judge({ service, copies }, now): Judged {
    const there = copies.filter((view) => view.standing !== 'absent' && isEncrypted(view) !== 'no')
    if (there.length === 0) return { outcome: 'not-applicable', reason: 'No copy is encrypted.' }
    const { keys } = service
    const evidence = {
      keys: keys.map(({ name, holders, lastRehearsedAt }) => ({
        name,
        holders,
        last_rehearsed: lastRehearsedAt && toIso(lastRehearsedAt),
      })),
    }
    const fail = (reason: string): Judged => ({ outcome: 'fail', reason, advice: ADVICE, evidence })
    if (keys.length === 0) return fail('Nobody has written down who can decrypt the copies.')
    const named = new Set(keys.map(({ name }) => name))
    const strangers = [...new Set(there.flatMap(({ copy }) => copy.keys))].filter((key) => !named.has(key))
    if (strangers.length > 0) return fail(`A copy takes the key ${list(strangers)}, of which nothing is written down.`)
    const nobody = keys.filter(({ holders }) => holders.length === 0).map(({ name }) => name)
    if (nobody.length > 0) return fail(`Nobody is named who holds ${list(nobody)}.`)
    const never = keys.filter(({ lastRehearsedAt }) => lastRehearsedAt === null).map(({ name }) => name)
    if (never.length > 0) return fail(`Nobody has ever tried to decrypt with ${list(never)}.`)
    const due = keys.map(({ name, lastRehearsedAt, rehearseEveryMs }) => ({
      name,
      at: plus(lastRehearsedAt ?? now, rehearseEveryMs),
    }))
    const late = due.filter(({ at }) => now > at)
    if (late.length > 0)
      return fail(
        `Decryption has not been tried in time: ${list(late.map(({ name, at }) => `${name}, due ${toIso(at)}`))}.`,
      )
    const next = due.reduce((a, b) => (b.at < a.at ? b : a))
    return {
      outcome: 'pass',
      reason: `Who can decrypt is known, and was tried; next by ${toIso(next.at)}.`,
      evidence,
      changesAt: next.at,
    }
  },
}
