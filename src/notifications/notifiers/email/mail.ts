import type { Notification } from '../../../domain/notification.ts'
import { type Entry, message } from '../../message.ts'
import { addressOf, type EmailConfig } from './config.ts'

const MAX_ENTRIES = 100
const MAX_REFERENCES = 20

/** A notification as a mail, in plain text and in HTML that says the same. */
export function mailOf(notification: Notification, { from, to }: EmailConfig, baseUrl: string | null) {
  const { subject, entries, more } = message(notification, MAX_ENTRIES)
  const url = notification.url ?? baseUrl
  const domain = addressOf(from).split('@')[1] ?? 'localhost'
  // mails about one incident share a reference, so they are shown as one thread; the first needs no mail of this id to exist
  const incidents = new Set(notification.items.map(({ incident }) => incident))
  const references = [...incidents].slice(0, MAX_REFERENCES).map((incident) => id('incident', incident, domain))
  return {
    from,
    to,
    subject,
    text: textBody(entries, more, url),
    html: htmlBody(subject, entries, more, url),
    // the same on each attempt: a repeat is recognised as such
    messageId: id('delivery', notification.key, domain),
    references,
    headers: {
      // https://www.rfc-editor.org/rfc/rfc3834#section-5: nobody's holiday answers this
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'X-Backproof-Delivery': id('delivery', notification.key, domain),
    },
  }
}

/** https://www.rfc-editor.org/rfc/rfc5322#section-3.6.4 */
function id(kind: string, value: string, domain: string): string {
  return `<${kind}.${value.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 128)}@${domain}>`
}

function textBody(entries: readonly Entry[], more: readonly string[], url: string | null): string {
  const blocks = entries.map(({ headline, details }) => [headline, ...details.map((line) => `  ${line}`)].join('\n'))
  if (more.length > 0) blocks.push(more.join('\n'))
  if (url) blocks.push(`Dashboard: ${url}`)
  return `${blocks.join('\n\n')}\n\n-- \nSent by Backproof\n`
}

const COLOUR = { critical: '#b3261e', warning: '#9a5b00', info: '#1d5fa8' }
const RESOLVED_COLOUR = '#1c6b3c'

function htmlBody(subject: string, entries: readonly Entry[], more: readonly string[], url: string | null): string {
  const block = ({ item, headline, details }: Entry) => {
    const colour = item.kind === 'resolved' ? RESOLVED_COLOUR : COLOUR[item.severity]
    const lines = details.map((line) => `${html(line)}<br>`).join('\n')
    return `<div style="border-left:4px solid ${colour};padding:0 12px;margin:0 0 20px"><p style="margin:0 0 4px;color:${colour}"><strong>${html(headline)}</strong></p>\n<p style="margin:0;color:#444">${lines}</p></div>`
  }
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${html(subject)}</title></head>`,
    '<body style="font-family:sans-serif;font-size:14px;line-height:1.45;margin:16px">',
    ...entries.map(block),
    ...(more.length > 0 ? [`<p>${more.map(html).join('<br>\n')}</p>`] : []),
    ...(url && /^https?:/i.test(url) ? [`<p><a href="${html(url)}">Open the dashboard</a></p>`] : []),
    '<p style="color:#777">Sent by Backproof</p></body></html>',
  ].join('\n')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const html = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
