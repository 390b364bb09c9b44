import type { DeliveryResult } from '../../../domain/notification.ts'
import { redact } from '../../../lib/redact.ts'
import { SecretError } from '../../../lib/secret.ts'
import { oneLine } from '../../message.ts'
import type { Notifier } from '../../notifier.ts'
import { addressOf, type EmailConfig, emailConfig } from './config.ts'
import { mailOf } from './mail.ts'
import { recipientWords, resultOf } from './smtp-outcome.ts'

const STEP_LIMIT_MS = 30_000
const PORTS = { starttls: 587, tls: 465, none: 25 }

/**
 * Recipients that have a message already, by its key, while others are still tried again (greylisting, a full mailbox): without
 * it each attempt would tell all of them. It is lost with the process, and then they get one repeat.
 */
const reached = new Map<string, Set<string>>()
const MAX_REACHED = 1000

/** Sends mail by SMTP. */
export const email: Notifier<EmailConfig> = {
  type: 'email',
  config: emailConfig,
  unsafe: () => [],
  address: ({ to }) => to.map(addressOf).join(', '),
  async send(notification, config, context): Promise<DeliveryResult> {
    const server = `${config.host}:${config.port ?? PORTS[config.tls]}`
    const done = reached.get(notification.key)
    const recipients = config.to.map(addressOf).filter((address) => !done?.has(address))
    if (recipients.length === 0) return { outcome: 'delivered' }
    try {
      const { createTransport } = await import('nodemailer')
      const transport = createTransport({ ...connection(config), disableFileAccess: true, disableUrlAccess: true })
      const sent = await transport.sendMail({
        ...mailOf(notification, config, context.baseUrl),
        date: new Date(context.now),
        envelope: { from: addressOf(config.from), to: recipients },
        signal: context.signal,
      })
      const failures = sent.rejectedErrors ?? []
      const deferred = failures.filter((failure) => resultOf(failure).outcome === 'retry')
      if (deferred.length > 0) {
        remember(notification.key, sent.accepted.map(String))
        return { outcome: 'retry', reason: redact(recipientWords(deferred)) }
      }
      reached.delete(notification.key)
      return failures.length === 0
        ? { outcome: 'delivered' }
        : { outcome: 'delivered', note: redact(recipientWords(failures)) }
    } catch (error) {
      if (!(error instanceof Error)) throw error
      if (error instanceof SecretError) return { outcome: 'retry', reason: redact(error.message) }
      const { outcome, reason } = resultOf(error)
      const said = redact(oneLine(`${server}: ${reason}`, 300))
      // some have it already: the others are refused, but the message did arrive
      if (outcome === 'rejected' && recipients.length < config.to.length) return { outcome: 'delivered', note: said }
      return { outcome, reason: said }
    }
  },
}

function connection({ host, port, tls, username, password, ca }: EmailConfig) {
  return {
    host,
    port: port ?? PORTS[tls],
    secure: tls === 'tls',
    // without it a server, or somebody on the way, that offers no STARTTLS would get everything in the clear
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    tls: { minVersion: 'TLSv1.2' as const, ...(ca === undefined ? {} : { ca }) },
    ...(username === undefined || password === undefined ? {} : { auth: { user: username, pass: password.reveal() } }),
    connectionTimeout: STEP_LIMIT_MS,
    greetingTimeout: STEP_LIMIT_MS,
    socketTimeout: STEP_LIMIT_MS,
    dnsTimeout: STEP_LIMIT_MS,
  }
}

function remember(key: string, addresses: readonly string[]): void {
  const all = reached.get(key) ?? new Set()
  for (const address of addresses) all.add(address)
  reached.set(key, all)
  const [oldest] = reached.keys()
  if (reached.size > MAX_REACHED && oldest !== undefined) reached.delete(oldest)
}
