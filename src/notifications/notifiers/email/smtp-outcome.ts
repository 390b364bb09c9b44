import type { DeliveryResult } from '../../../domain/notification.ts'
import { oneLine } from '../../message.ts'

/** What is known of a failure by SMTP; nodemailer's errors satisfy it. */
export interface SmtpFailure {
  message: string
  code?: string | undefined
  /** The command that was answered: "MAIL FROM", "AUTH PLAIN". */
  command?: string | undefined
  response?: string | undefined
  responseCode?: number | undefined
  recipient?: string | undefined
  originalCode?: string | undefined
}

type Failed = Extract<DeliveryResult, { reason: string }>

/** The server wants other credentials, or encryption, before it looks at the message. RFC 4954 section 6, RFC 3207 section 4 */
const ACCESS = new Set([530, 534, 535, 538])

/**
 * Whether another attempt can help. Rejected is only what the server says for good (5xx) about this sender, these recipients or
 * this message. Everything about the way there is tried again: a wrong password, an expired certificate and a missing STARTTLS
 * are mended by a person, and the alerts that waited must then arrive. https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1
 */
export function resultOf(failure: SmtpFailure): Failed {
  const { code, command, responseCode = 0 } = failure
  const aboutTheMessage =
    (code === 'EENVELOPE' || code === 'EMESSAGE') && /^(MAIL FROM|RCPT TO|DATA)$/.test(command ?? '')
  const forGood = responseCode >= 500 && responseCode !== 503 && !ACCESS.has(responseCode)
  return { outcome: aboutTheMessage && forGood ? 'rejected' : 'retry', reason: words(failure) }
}

/** "b@example.com was refused: 550 no such user", of each recipient that was not reached. */
export function recipientWords(failures: readonly SmtpFailure[]): string {
  return oneLine(failures.map((one) => `${one.recipient ?? 'a recipient'} was refused: ${words(one)}`).join('; '), 500)
}

const CODES: Readonly<Record<string, string>> = {
  EDNS: "the server's name can't be resolved",
  EABORT: 'no answer in time',
  ECONNECTION: 'the server closed the connection',
}
const ORIGINAL_CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the server refuses connections',
  ECONNRESET: 'the server closed the connection',
  EHOSTUNREACH: 'there is no way to the server',
  ENETUNREACH: 'there is no way to the server',
}

function words({ code = '', originalCode = '', message, response, responseCode }: SmtpFailure): string {
  // what the server says of a login may quote it
  if (code === 'EAUTH')
    return `the server refused the username or the password${responseCode ? ` (${responseCode})` : ''}`
  if (code === 'ETLS') return `no encrypted connection: ${response ?? message}`
  if (response) return response
  if (code === 'ETIMEDOUT') return 'no answer in time'
  return ORIGINAL_CODES[originalCode] ?? CODES[code] ?? message
}
