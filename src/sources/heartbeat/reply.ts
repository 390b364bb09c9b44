import type { PingOutcome, PingReply, PingReport } from '../../domain/ping.ts'

export const KUMA_UNKNOWN = 'Monitor not found or not active.'

/** A cache that answers in our place would keep a dead job alive. */
const NOT_CACHED = { 'cache-control': 'no-store', 'access-control-allow-origin': '*' }

/** https://healthchecks.io/docs/http_api/ */
const WORDS: Record<PingOutcome['outcome'], { status: number; body: string }> = {
  recorded: { status: 200, body: 'OK' },
  created: { status: 201, body: 'Created' },
  unknown: { status: 404, body: 'not found' },
  ambiguous: { status: 409, body: 'ambiguous slug' },
}

/** The answer to a report, in the words of the product whose address it came to. */
export function pingReply(report: PingReport, outcome: PingOutcome['outcome'], bodyLimit: number): PingReply {
  if ('token' in report.to) {
    if (outcome === 'recorded' || outcome === 'created') return kumaReply(200, null)
    return kumaReply(404, outcome === 'unknown' ? KUMA_UNKNOWN : 'Several heartbeats have this token.')
  }
  const { status, body } = WORDS[outcome]
  return textReply(status, body, status < 300 ? { 'ping-body-limit': String(bodyLimit) } : {})
}

export function textReply(status: number, body: string, headers: Record<string, string> = {}): PingReply {
  return { status, headers: { ...NOT_CACHED, ...headers }, body }
}

export function kumaReply(status: number, problem: string | null): PingReply {
  return {
    status,
    headers: { ...NOT_CACHED, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(problem === null ? { ok: true } : { ok: false, msg: problem }),
  }
}
