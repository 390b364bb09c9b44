import { S3Error } from './error.ts'

export interface S3Object {
  key: string
  sizeBytes: number
  /** Epoch milliseconds; the store's clock. */
  lastModifiedAt: number
  /** "STANDARD", "GLACIER", ...; null: the store does not say. */
  storageClass: string | null
}

export interface ListPage {
  objects: S3Object[]
  /** Common prefixes, where a delimiter was asked for. */
  prefixes: string[]
  /** Whether the store has said that there is more. */
  more: boolean
}

export interface ParsedPage extends ListPage {
  /** Hand it back to read on; null: that was all. */
  next: string | null
}

const unreadable = (what: string, why: string, status = 200) =>
  new S3Error('unreadable', `${what}: the answer is no list of objects: ${why}`, {
    status,
    advice: 'check that the endpoint is an S3 API that speaks ListObjectsV2, not a web page or a proxy',
  })

/**
 * Reads a ListBucketResult by looking for the fields that are used: a parse of the whole document costs twenty times as
 * much, and a scan of a large bucket is nothing but this. A document that could hold what this can't see (CDATA,
 * comments) or that lacks what it must have is refused: a cut answer must never pass for the end of a list.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html#API_ListObjectsV2_ResponseSyntax
 */
export function parseListPage(body: string, what: string): ParsedPage {
  const start = /^\uFEFF?\s*(?:<\?xml[^>]*\?>)?\s*<ListBucketResult[\s>]/.exec(body.slice(0, 1000))
  if (!start) throw unreadable(what, 'it does not begin with ListBucketResult')
  if (!body.trimEnd().endsWith('</ListBucketResult>')) throw unreadable(what, 'it is cut short')
  if (body.includes('<!')) throw unreadable(what, 'it holds CDATA, comments or a document type')

  const truncated = field(body, 'IsTruncated')
  if (truncated !== 'true' && truncated !== 'false') throw unreadable(what, 'it does not say IsTruncated')
  const decode = field(body, 'EncodingType') === 'url' ? fromUrl : fromXml
  const page: ParsedPage = { objects: [], prefixes: [], more: truncated === 'true', next: null }

  let at = body.indexOf('<Contents>')
  while (at >= 0) {
    const end = body.indexOf('</Contents>', at)
    if (end < 0) throw unreadable(what, 'an entry does not end')
    const key = within(body, '<Key>', '</Key>', at, end)
    const modified = within(body, '<LastModified>', '</LastModified>', at, end)
    const size = within(body, '<Size>', '</Size>', at, end)
    const sizeBytes = size === null || size === '' ? Number.NaN : Number(size)
    const lastModifiedAt = modified === null ? Number.NaN : epochMs(modified)
    if (key === null || Number.isNaN(lastModifiedAt) || !(sizeBytes >= 0))
      throw unreadable(what, 'an entry lacks its key, size or date')
    const storageClass = within(body, '<StorageClass>', '</StorageClass>', at, end)
    page.objects.push({ key: decode(key), sizeBytes, lastModifiedAt, storageClass })
    at = body.indexOf('<Contents>', end)
  }

  at = body.indexOf('<CommonPrefixes>')
  while (at >= 0) {
    const end = body.indexOf('</CommonPrefixes>', at)
    if (end < 0) throw unreadable(what, 'a common prefix does not end')
    for (let from = body.indexOf('<Prefix>', at); from >= 0 && from < end; from = body.indexOf('<Prefix>', from + 8)) {
      const prefix = within(body, '<Prefix>', '</Prefix>', from, end)
      if (prefix !== null) page.prefixes.push(decode(prefix))
    }
    at = body.indexOf('<CommonPrefixes>', end)
  }

  // fewer than it counted itself: something is lost on the way. (Stores differ in whether prefixes count.)
  const count = Number(field(body, 'KeyCount') ?? 0)
  if (count > page.objects.length + page.prefixes.length)
    throw unreadable(what, `it counts ${count} keys and holds ${page.objects.length + page.prefixes.length}`)
  if (truncated === 'true') {
    const token = field(body, 'NextContinuationToken')
    if (!token) throw unreadable(what, 'it says that there is more, but not where (NextContinuationToken)')
    page.next = fromXml(token)
  }
  return page
}

/** S3's code, message and region out of an error's body; nulls where it is something else. */
export function parseError(body: string): { code: string | null; message: string | null; region: string | null } {
  if (!body.slice(0, 1000).includes('<Error>')) return { code: null, message: null, region: null }
  const read = (name: string) => {
    const value = field(body, name)
    return value === null ? null : fromXml(value)
  }
  return { code: read('Code'), message: read('Message'), region: read('Region') }
}

export function field(body: string, name: string): string | null {
  return within(body, `<${name}>`, `</${name}>`, 0, body.length)
}

function within(body: string, open: string, close: string, from: number, end: number): string | null {
  const start = body.indexOf(open, from)
  if (start < 0 || start >= end) return null
  const stop = body.indexOf(close, start)
  return stop < 0 || stop > end ? null : body.slice(start + open.length, stop)
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function fromXml(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, (whole, hex, decimal, name) => {
    if (name) return ENTITIES[String(name).toLowerCase()] ?? whole
    const point = hex ? Number.parseInt(hex, 16) : Number(decimal)
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })
}

/** encoding-type=url writes a space as "+". Bytes that are no UTF-8 become U+FFFD. */
function fromUrl(text: string): string {
  const plain = fromXml(text)
  const spaced = plain.includes('+') ? plain.replaceAll('+', ' ') : plain
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    const bytes: number[] = []
    for (const part of spaced.match(/%[0-9a-f]{2}|[^%]+|%/gi) ?? []) {
      if (part.length === 3 && part[0] === '%') bytes.push(Number.parseInt(part.slice(1), 16))
      else bytes.push(...Buffer.from(part))
    }
    return Buffer.from(bytes).toString('utf8')
  }
}

const digits = (text: string, at: number) => (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48

/** "2026-11-20T12:00:00.000Z" to epoch milliseconds: Date.parse would be a fifth of a scan's time. NaN: it is no date. */
function epochMs(text: string): number {
  const year = digits(text, 0) * 100 + digits(text, 2)
  const month = digits(text, 5)
  const day = digits(text, 8)
  const seconds = (digits(text, 11) * 60 + digits(text, 14)) * 60 + digits(text, 17)
  const ms = digits(text, 20) * 10 + text.charCodeAt(22) - 48
  const usual =
    text.length === 24 && text[23] === 'Z' && year >= 1970 && year < 9999 && month >= 1 && month <= 12 && day >= 1
  if (!usual || day > 28 || !(seconds >= 0 && seconds < 86_400) || !(ms >= 0 && ms < 1000)) return Date.parse(text)
  // days from March 1st of year 0 on: leap days come last in their year
  const shifted = month < 3 ? year - 1 : year
  const dayOfYear = Math.floor((153 * (month < 3 ? month + 9 : month - 3) + 2) / 5) + day - 1
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400)
  return (shifted * 365 + leapDays + dayOfYear - 719_468) * 86_400_000 + seconds * 1000 + ms
}
