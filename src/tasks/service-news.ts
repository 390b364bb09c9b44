import { z } from 'zod'
import { subjectOf } from '../domain/subject.ts'
import type { EvidenceHead, Reader } from '../store/store.ts'

/** Where the chain of evidence stood. */
export type EvidenceMark = Pick<EvidenceHead, 'chain' | 'seq'> | null

/** What happened on which the incidents of services hang, beside their checks. */
export interface ServiceNews {
  /** Services to whose incidents a person has done something. */
  services: ReadonlySet<string>
  /** Checks to whose incidents anything has happened: what tells of a check is told by its own alone. */
  checks: ReadonlySet<string>
  /** Whether any drill was recorded, corrected or withdrawn. */
  drills: boolean
}

/** More entries than these are not gone through. */
const MOST = 100_000
const PAGE = 5_000

const incidentEntry = z.object({ subject: z.string().nullable(), by: z.string().nullable() })

/**
 * All that happens to incidents and drills enters the chain of evidence, in the transaction that does it and in one order: so it also says
 * what has happened since, whoever did it. Null: it does not say so.
 */
export async function serviceNews(from: EvidenceMark, to: EvidenceMark, read: Reader): Promise<ServiceNews | null> {
  const services = new Set<string>()
  const checks = new Set<string>()
  let drills = false
  const news = { services, checks, drills }
  if (to === null) return from === null ? news : null
  const seq = from?.seq ?? 0
  if ((from !== null && from.chain !== to.chain) || to.seq < seq || to.seq - seq > MOST) return null
  for (let at = seq; at < to.seq; ) {
    const page = await read.evidence(at, PAGE)
    // entries that were removed are not known
    if (page[0]?.seq !== at + 1) return null
    for (const { kind, body } of page) {
      if (kind === 'drill') drills = true
      if (kind !== 'incident') continue
      const { subject, by } = incidentEntry.parse(JSON.parse(body))
      // a long one is cut
      if (subject === null || subject.includes(CUT)) return null
      const about = subjectOf(subject)
      if (about.kind === 'check') checks.add(about.name)
      // what judging did to the incidents of services follows from what they hang on
      else if (about.kind === 'service' && by !== null) services.add(about.name)
    }
    at += page.length
  }
  return { services, checks, drills }
}

const CUT = '…sha256:'
