import type { Notification, NotificationItem } from '../../../domain/notification.ts'
import { type Entry, message } from '../../message.ts'

/** Of the 50 blocks that Slack takes, those that people still read. https://docs.slack.dev/reference/block-kit/blocks */
const MAX_ENTRIES = 20
const TEXT_LENGTH = 3000

interface Text {
  type: 'mrkdwn'
  text: string
  verbatim: boolean
}
type Block = { type: 'section'; text: Text } | { type: 'context'; block_id?: string; elements: Text[] }

export interface SlackMessage {
  /** For the desktop's notification, and clients without blocks. */
  text: string
  blocks: Block[]
}

/** A notification as Block Kit. */
export function slackMessage(notification: Notification, baseUrl: string | null): SlackMessage {
  const { subject, entries, more } = message(notification, MAX_ENTRIES)
  const url = notification.url ?? baseUrl
  const blocks: Block[] = entries.map((entry) => ({ type: 'section', text: mrkdwn(entryText(entry)) }))
  if (entries.length > 1) blocks.unshift({ type: 'section', text: mrkdwn(`*${escaped(subject)}*`) })
  if (more.length > 0) blocks.push({ type: 'section', text: mrkdwn(more.map(escaped).join('\n')) })
  const link =
    url && URL.canParse(url) ? ` · <${escaped(new URL(url).href).replaceAll('|', '%7C')}|Open the dashboard>` : ''
  // Slack drops no repeats by itself: the key is for whoever searches for them
  blocks.push({
    type: 'context',
    block_id: notification.key.slice(0, 255),
    elements: [mrkdwn(`Backproof${link}`)],
  })
  return { text: escaped(subject), blocks }
}

function entryText({ item, headline, details }: Entry): string {
  return [`${sign(item)} *${escaped(headline)}*`, ...details.map(escaped)].join('\n')
}

function sign({ kind, severity }: NotificationItem): string {
  if (kind === 'resolved') return ':white_check_mark:'
  return { critical: ':red_circle:', warning: ':large_orange_circle:', info: ':large_blue_circle:' }[severity]
}

/** verbatim: Slack makes neither links nor mentions of what looks like one. */
const mrkdwn = (text: string): Text => ({ type: 'mrkdwn', text: cut(text), verbatim: true })

/** Never within an escape: half an "&amp;" would show. */
function cut(text: string): string {
  return text.length <= TEXT_LENGTH
    ? text
    : `${text
        .slice(0, TEXT_LENGTH - 1)
        .replace(/&[a-z]*$/, '')
        .toWellFormed()}…`
}

/**
 * Slack's three special characters, so that "<!here>" is what people read and not what happens.
 * https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
function escaped(text: string): string {
  return unmentioned(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** "@channel" only mentions in workspaces with old settings; a word joiner after the @ ends that as well. */
const unmentioned = (text: string): string => text.replace(/@(?=channel|here|everyone)/gi, '@\u2060')
