import { type KeyObject, X509Certificate } from 'node:crypto'
import type { Clock } from '../../../lib/clock.ts'
import { HttpError, request } from '../../../lib/http.ts'
import { snsUrl } from './sns-message.ts'

/** Certificates that AWS signs messages with: it changes them a few times a year. */
const KEPT = 20
const KEEP_MS = 24 * 3_600_000
/** One that could not be had is not asked for again at once: whoever forges messages must not have us call AWS each time. */
const REFUSED_MS = 60_000
const MAX_BYTES = 16_384
const TIMEOUT_MS = 5000
/** Downloads at once. */
const AT_ONCE = 4

export type CertificateAnswer =
  | { key: KeyObject; validTo: number }
  /** It is none that SNS signs with. */
  | { refused: string }
  /** It could not be had now. */
  | { unavailable: string }

interface Kept {
  until: number
  answer: Promise<CertificateAnswer>
}

/** Finds the public keys that messages are signed with, by the URLs that stand in them. */
export class SigningCertificates {
  readonly #clock: Clock
  readonly #kept = new Map<string, Kept>()
  #downloads = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** `endpoint`: a stand-in that is asked instead of AWS, for the same path. */
  async keyAt(text: string, endpoint: string | undefined): Promise<CertificateAnswer> {
    const url = certificateUrl(text)
    if (!url) return { refused: 'its SigningCertURL is not of SNS' }
    const now = this.#clock.now()
    const key = `${endpoint ?? ''} ${url.href}`
    const kept = this.#kept.get(key)
    if (kept && now < kept.until && kept.until - now <= KEEP_MS) return kept.answer
    if (this.#downloads >= AT_ONCE) return { unavailable: 'too many certificates are being fetched' }
    const entry: Kept = { until: now + REFUSED_MS, answer: this.#download(url, endpoint) }
    this.#kept.delete(key)
    this.#kept.set(key, entry)
    // the oldest make room
    for (const old of this.#kept.keys()) if (this.#kept.size > KEPT) this.#kept.delete(old)
    const answer = await entry.answer
    if ('key' in answer) entry.until = Math.min(this.#clock.now() + KEEP_MS, answer.validTo)
    else if ('unavailable' in answer) this.#kept.delete(key)
    return answer
  }

  async #download(url: URL, endpoint: string | undefined): Promise<CertificateAnswer> {
    this.#downloads += 1
    try {
      const address = endpoint === undefined ? url.href : new URL(url.pathname, endpoint).href
      const { status, body } = await request({
        method: 'GET',
        url: address,
        timeoutMs: TIMEOUT_MS,
        maxResponseBytes: MAX_BYTES,
      })
      if (status === 404 || status === 403) return { refused: `${url.host} has no certificate at ${url.pathname}` }
      if (status !== 200) return { unavailable: `${url.host} answered ${status} when asked for its certificate` }
      return readCertificate(body, this.#clock.now())
    } catch (error) {
      if (error instanceof HttpError) return { unavailable: error.message }
      throw error
    } finally {
      this.#downloads -= 1
    }
  }
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
export function certificateUrl(text: string): URL | null {
  const url = snsUrl(text)
  return url && !url.search && !url.hash && url.pathname.endsWith('.pem') && text.endsWith('.pem') ? url : null
}

/**
 * Names that its certificates are issued to, as AWS's own SDK for Java knows them: sns.amazonaws.com, sns-signing.REGION.amazonaws.com where
 * regions are opted into, sns-REGION.amazonaws.com(.cn) in other partitions. The file holds no chain: that it is Amazon's rests
 * on the https connection that it came by.
 */
const SUBJECT = /^sns(?:-[a-z0-9-]+)?(?:\.[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$/

export function readCertificate(pem: string, now: number): Exclude<CertificateAnswer, { unavailable: string }> {
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(pem)
  } catch {
    return { refused: 'what stands at its SigningCertURL is no certificate' }
  }
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)]
  if (!(from <= now && now <= to)) return { refused: 'the certificate that it names is not valid now' }
  const names = [
    ...(certificate.subjectAltName ?? '').split(', ').flatMap((name) => /^DNS:(.+)$/.exec(name)?.[1] ?? []),
    ...certificate.subject.split('\n').flatMap((line) => /^CN=(.+)$/.exec(line)?.[1] ?? []),
  ]
  if (!names.some((name) => SUBJECT.test(name))) return { refused: 'the certificate that it names is not that of SNS' }
  const { publicKey: key } = certificate
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048)
    return { refused: 'the certificate that it names has no RSA key of 2048 bits or more' }
  return { key, validTo: to }
}
