import { z } from 'zod'
import { secret, text } from '../../../lib/fields.ts'

/** One mailbox: "oncall@example.com" or "On call <oncall@example.com>". No lists, no line ends, no quoting tricks. */
const MAILBOX =
  /^(?:[^<>@,;:"\\\p{Cc}]*<([^\s<>@,;:"\\()]+@[^\s<>@,;:"\\()]+)>|([^\s<>@,;:"\\()]+@[^\s<>@,;:"\\()]+))$/u

const mailbox = () =>
  text().refine(
    (value) => MAILBOX.test(value),
    'not an address: write oncall@example.com or On call <oncall@example.com>',
  )

/** The bare address of a mailbox that the configuration has accepted. */
export function addressOf(value: string): string {
  const match = MAILBOX.exec(value)
  return match?.[1] ?? match?.[2] ?? value
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/

export const emailConfig = z
  .strictObject({
    host: text().describe('The mail server'),
    port: z.int().min(1).max(65_535).optional().describe('587 with starttls, 465 with tls, 25 with none'),
    tls: z
      .enum(['starttls', 'tls', 'none'])
      .default('starttls')
      .describe('starttls and tls send nothing unless the connection is encrypted'),
    username: text().optional(),
    password: secret().optional(),
    from: mailbox().describe('The sender: Backproof <backproof@example.com>'),
    to: z
      .union([mailbox(), z.array(mailbox()).min(1).max(100)])
      .transform((value) => [value].flat())
      .describe('The recipients'),
    ca: text()
      .refine(
        (value) => value.includes('-----BEGIN CERTIFICATE-----'),
        'no certificate in PEM: name its file as a reference of the kind "file"',
      )
      .optional()
      .describe("Certificates of the server's authority in PEM, where it is your own"),
  })
  .refine(
    ({ username, password }) => (username === undefined) === (password === undefined),
    'username and password belong together',
  )
  .refine(
    ({ tls, password, host }) => tls !== 'none' || password === undefined || LOOPBACK.test(host),
    'with tls: none the password would be sent in the clear: use starttls or tls',
  )

export type EmailConfig = z.output<typeof emailConfig>
