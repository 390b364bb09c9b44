import { CONDITION_TYPES } from '../domain/condition.ts'
import { type Instant, toIso } from '../domain/instant.ts'
import type { CheckItem, Notification, NotificationItem } from '../domain/notification.ts'
import { formatDuration } from '../lib/duration.ts'

/** What a notification says, in plain words and without markup: each channel only has to escape and lay it out. */
export interface Message {
  /** One line, at most 200 characters. */
  subject: string
  /** Worst first; as many as the channel asked for. */
  entries: Entry[]
  /** What the entries leave out, counted, a line each: "12 more: BACKUP_STALE, warning". */
  more: string[]
}

export interface Entry {
  item: NotificationItem
  /** "CRITICAL · web-server (fleet): last recoverable point 2d 3h ago, threshold 24h (sources.fleet.max_age)" */
  headline: string
  /** A fact a line: the reason, the account, the type, times, owner, services. */
  details: string[]
}

const SUBJECT_LENGTH = 200
const LINE_LENGTH = 400
const NAME_LENGTH = 120

/** The text of a notification with at most `limit` entries. Names from outside can't add lines or hidden characters. */
export function message(notification: Notification, limit: number): Message {
  const { items } = notification
  const entries = items
    .slice(0, limit)
    .map((item) => ({ item, headline: headline(item, notification.test), details: details(item) }))
  return { subject: subject(notification), entries, more: leftOut(notification, limit) }
}

/**
 * One harmless line: control characters, line ends, and characters that hide or reorder text become a space; a longer one is
 * cut. https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 */
export function oneLine(text: string, length: number): string {
  const clean = text
    .slice(0, length * 4)
    .toWellFormed()
    .replace(/[\s\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u200b\u2060\ufeff]+/gu, ' ')
    .trim()
  const characters = Array.from(clean)
  return characters.length <= length ? clean : `${characters.slice(0, length - 1).join('')}…`
}

/** A notification in the words that start its headline. */
function label(item: NotificationItem, test: boolean): string {
  const severity = item.severity.toUpperCase()
  const words: Record<NotificationItem['kind'], string> = {
    opened: severity,
    escalated: `${severity}, got worse`,
    eased: `${severity}, got better`,
    reminder: `${severity}, still open`,
    acknowledged: 'ACKNOWLEDGED',
    note: 'NOTE',
    resolved: 'RESOLVED',
    superseded: 'SUPERSEDED',
  }
  return test ? `TEST, ${words[item.kind]}` : words[item.kind]
}

function headline(item: NotificationItem, test: boolean): string {
  return oneLine(`${label(item, test)} · ${nameOf(item, NAME_LENGTH)} ${state(item)}`, LINE_LENGTH)
}

function nameOf(item: NotificationItem, length: number): string {
  if (item.subject === 'service') return oneLine(item.service, length)
  return oneLine(item.subject === 'source' ? item.source : item.resource.name, length)
}

/** What it is, and how it is doing. */
function state(item: NotificationItem): string {
  if (item.subject === 'source') return `(source): ${item.reason}`
  if (item.subject !== 'service') return `(${oneLine(item.source, NAME_LENGTH)}): ${stateOfCheck(item)}`
  return `(service${item.tier === null ? '' : `, tier ${item.tier}`}), ${item.rule}: ${item.reason}`
}

const STATE: Partial<Record<CheckItem['status'], string>> = {
  missing: 'no good recovery point',
  failed: 'the newest job failed',
  error: 'could not be checked',
}

function stateOfCheck(item: CheckItem): string {
  if (isCondition(item.type)) return item.reason
  const trouble = item.kind === 'resolved' ? undefined : STATE[item.status]
  const age = item.ageMs === null ? null : `last recoverable point ${ago(item.ageMs)}`
  const threshold = item.thresholdMs === null ? null : `threshold ${formatDuration(item.thresholdMs)}`
  const parts = [trouble, age, threshold && `${threshold} (${oneLine(item.thresholdFrom, NAME_LENGTH)})`]
  return parts.filter(Boolean).join(', ') || item.status
}

const isCondition = (type: string): boolean => CONDITION_TYPES.some((known) => known === type)

const ago = (ageMs: number): string => (ageMs < 0 ? `${formatDuration(ageMs)} ahead` : `${formatDuration(ageMs)} ago`)

function details(item: NotificationItem): string[] {
  const lines = [...facts(item), item.owner && `Owner: ${item.owner}`, `At: ${time(item.at)}`]
  return lines
    .filter((line) => typeof line === 'string' && line !== '')
    .map((line) => oneLine(String(line), LINE_LENGTH))
}

function facts(item: NotificationItem): (string | false)[] {
  const todo = item.kind !== 'resolved' && Boolean(item.advice) && `What to do: ${item.advice}`
  if (item.subject === 'service' || item.subject === 'source') {
    const what = item.subject === 'service' ? `Service: ${item.service}` : `Source: ${item.source}`
    // the headline says the reason, if it has room for it
    const cut = item.reason.length > LINE_LENGTH / 2 && item.reason
    return [cut, todo, `${what}, rule: ${item.rule}, incident: ${item.type}`]
  }
  const { id, provider, account, region } = item.resource
  const where = [provider, account, region].filter(Boolean).join(' / ')
  return [
    item.reason,
    todo,
    `Resource: ${id}${where ? `, account: ${where}` : ''}`,
    `Check: ${item.check}, backup type: ${item.checkType}, incident: ${item.type}, status: ${item.status}`,
    item.lastRecoveryPointAt !== null && `Last recoverable point: ${time(item.lastRecoveryPointAt)}`,
    item.services.length > 0 && `Services: ${item.services.join(', ')}`,
  ]
}

const time = (at: Instant): string => toIso(at).replace('T', ' ').replace('Z', ' UTC')

function subject(notification: Notification): string {
  const { items, omitted, test } = notification
  const [first] = items
  const total = items.length + omitted.reduce((sum, { count }) => sum + count, 0)
  if (first && total === 1) return oneLine(`[Backproof] ${headline(first, test)}`, SUBJECT_LENGTH)
  const counts = new Map<string, number>()
  const count = (kind: NotificationItem['kind'], severity: string, by: number) => {
    const word = kind === 'resolved' || kind === 'acknowledged' ? kind : severity
    counts.set(word, (counts.get(word) ?? 0) + by)
  }
  for (const { kind, severity } of items) count(kind, severity, 1)
  for (const { kind, severity, count: by } of omitted) count(kind, severity, by)
  const summary = ['critical', 'warning', 'info', 'acknowledged', 'resolved']
    .filter((word) => counts.has(word))
    .map((word) => `${counts.get(word)} ${word}`)
    .join(', ')
  const names = [...new Set(items.slice(0, 3).map((item) => nameOf(item, 40)))].join(', ')
  const rest = total > 3 ? ` and more` : ''
  return oneLine(`[Backproof] ${test ? 'TEST: ' : ''}${summary || 'nothing'}: ${names}${rest}`, SUBJECT_LENGTH)
}

function leftOut({ items, omitted }: Notification, limit: number): string[] {
  const counts = new Map<string, number>()
  const add = (kind: string, type: string, severity: string, by: number) => {
    const line = `${type}, ${severity}, ${kind}`
    counts.set(line, (counts.get(line) ?? 0) + by)
  }
  for (const { kind, type, severity } of items.slice(limit)) add(kind, type, severity, 1)
  for (const { kind, type, severity, count } of omitted) add(kind, type, severity, count)
  return [...counts].map(([line, count]) => `${count} more: ${line}`)
}
