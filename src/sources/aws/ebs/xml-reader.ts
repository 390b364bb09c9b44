const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" } as const

/** Texts this short may be shared, and are copied by way of one buffer. */
const SHORT = 64
const scratch = Buffer.allocUnsafeSlow(SHORT)

/** A string of its own: a part of the window would keep all of the window in memory. */
export function copied(text: string): string {
  if (text.length > SHORT) return Buffer.from(text, 'latin1').toString('latin1')
  return scratch.toString('latin1', 0, scratch.write(text, 'latin1'))
}

const MOST_SHARED = 4096
const known = new Map<string, string>()

/** As copied(), of what is often the same (keys and values of tags, devices): the one of before, where there was one. */
export function shared(text: string): string {
  if (text.length > SHORT) return copied(text)
  const before = known.get(text)
  if (before !== undefined) return before
  const own = copied(text)
  // what is often used is soon in it again
  if (known.size === MOST_SHARED) known.clear()
  known.set(own, own)
  return own
}

/** What is a string at a time: so small that it is gone with the next collection of what is young. */
const WINDOW_BYTES = 32_768

/**
 * Goes through XML as EC2 writes it: elements and text, no attributes but on the root. Of the body only a window is a
 * string, one byte a character: searching is fast, and most of what is used of it is ASCII. The window moves on when
 * something is looked for past its end, and grows where that is further than a window away.
 */
export class XmlReader {
  readonly #body: Buffer
  readonly #windowBytes: number
  /** The window, where in the body it begins, and where in it reading goes on. */
  #text = ''
  #from = 0
  #at = 0
  /** Names of elements by their length, first and last letter, and their end tags: a page has few, each a thousand times. */
  readonly #names = new Map<number, string>()
  readonly #ends = new Map<string, string>()
  /** Whether the element that was opened last is closed already: <name/>. */
  isEmpty = false
  /** Where in the body the text of the last leaf begins. */
  leafAt = 0

  constructor(body: Buffer, windowBytes = WINDOW_BYTES) {
    this.#body = body
    this.#windowBytes = windowBytes
  }

  get isAtEnd(): boolean {
    this.#skipSpace()
    return this.#at === this.#text.length
  }

  /** Past the prolog and the root's start tag. */
  enter(root: string): boolean {
    this.#skipSpace()
    if (this.#startsWith('<?xml')) {
      const end = this.#find('?>')
      if (end < 0) return false
      this.#at = end + 2
      this.#skipSpace()
    }
    if (!this.#startsWith(`<${root}`)) return false
    const end = this.#find('>')
    const after = this.#text.charCodeAt(this.#at + root.length + 1)
    if (end < 0 || this.#text[end - 1] === '/' || (after !== 32 && after !== 62)) return false
    this.#at = end + 1
    return true
  }

  /** The name of the next element, of which this is then inside; null: there is no start tag here. */
  open(): string | null {
    this.#skipSpace()
    if (this.#text.charCodeAt(this.#at) !== 60) return null
    const end = this.#find('>')
    if (end < 0) return null
    const text = this.#text
    const first = text.charCodeAt(this.#at + 1)
    // an end tag, a comment, CDATA, a processing instruction: whoever asks finds that it is not what is expected
    if (first === 47 || first === 33 || first === 63) return null
    this.isEmpty = text.charCodeAt(end - 1) === 47
    const from = this.#at + 1
    const length = (this.isEmpty ? end - 1 : end) - from
    this.#at = end + 1
    const key = (length << 16) | (first << 8) | text.charCodeAt(from + length - 1)
    const known = this.#names.get(key)
    if (known?.length === length && text.startsWith(known, from)) return known
    const name = copied(text.slice(from, from + length))
    this.#names.set(key, name)
    return name
  }

  close(name: string): boolean {
    this.#skipSpace()
    const tag = this.#endOf(name)
    if (!this.#startsWith(tag)) return false
    this.#at += tag.length
    return true
  }

  /** The text of the element that is open, and past its end. Null: there is more than plain text in it. */
  leaf(name: string): string | null {
    const end = this.#find('<')
    if (end < 0) return null
    const value = this.#text.slice(this.#at, end)
    this.leafAt = this.#from + this.#at
    this.#at = end
    // an entity, or more than one byte a character: the SDK may read that
    if (!/^[\x20-\x25\x27-\x7e]*$/.test(value)) return null
    return this.close(name) ? value : null
  }

  /**
   * As leaf(), of what people write: entities are replaced, and bytes are UTF-8. Null also where readers of XML differ
   * (control characters, blanks at the ends).
   */
  text(name: string): string | null {
    if (this.isEmpty) return ''
    const end = this.#find('<')
    if (end < 0) return null
    const raw = this.#text.slice(this.#at, end)
    this.#at = end
    if (!this.close(name)) return null
    if (/^[\x21-\x25\x27-\x7e](?:[\x20-\x25\x27-\x7e]*[\x21-\x25\x27-\x7e])?$/.test(raw)) return shared(raw)
    if (raw === '') return ''
    const decoded = Buffer.from(raw, 'latin1').toString('utf8')
    const value = decoded.replace(/&(amp|lt|gt|quot|apos);/g, (_, entity: keyof typeof ENTITIES) => ENTITIES[entity])
    const isPlain = !/&(?!(?:amp|lt|gt|quot|apos);)|[\p{Cc}\ufffd]/u.test(decoded) && decoded.trim() === decoded
    return isPlain ? value : null
  }

  /** Has `item` read each item of the list that is open, and goes past its end. False: one can't be read. */
  each(name: string, item: () => boolean): boolean {
    if (this.isEmpty) return true
    for (;;) {
      const next = this.open()
      if (next === null) return this.close(name)
      if (next !== 'item' || this.isEmpty || !item() || !this.close('item')) return false
    }
  }

  /** The items of the list that is open. Null: one can't be read. */
  list<T>(name: string, item: () => T | null): T[] | null {
    const items: T[] = []
    const isRead = this.each(name, () => {
      const read = item()
      if (read !== null) items.push(read)
      return read !== null
    })
    // what has grown has room for more, which what is kept would keep
    return isRead ? items.slice() : null
  }

  /** Whether what is inside of the element that is open matches, as it is written. */
  holds(name: string, pattern: RegExp): boolean {
    const end = this.#find(this.#endOf(name))
    return end >= 0 && pattern.test(this.#text.slice(this.#at, end))
  }

  /** Past the end of the element that is open. No element of this answer has one of its own name inside. */
  skip(name: string): boolean {
    const tag = this.#endOf(name)
    const end = this.#find(tag)
    if (end < 0) return false
    this.#at = end + tag.length
    return true
  }

  #endOf(name: string): string {
    const known = this.#ends.get(name)
    if (known !== undefined) return known
    const tag = `</${name}>`
    this.#ends.set(name, tag)
    return tag
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code === 32 || code === 10 || code === 13 || code === 9) this.#at += 1
      else if (!Number.isNaN(code) || !this.#seeMore()) return
    }
  }

  #startsWith(what: string): boolean {
    while (this.#text.length - this.#at < what.length) if (!this.#seeMore()) return false
    return this.#text.startsWith(what, this.#at)
  }

  /** Where in the window it is next; -1: nowhere in what is left of the body. The window may have moved. */
  #find(what: string): number {
    for (;;) {
      const at = this.#text.indexOf(what, this.#at)
      if (at >= 0 || !this.#seeMore()) return at
    }
  }

  /** Has the window begin where reading is, and reach further than before. False: it reaches to the end of the body. */
  #seeMore(): boolean {
    const end = this.#from + this.#text.length
    if (end === this.#body.length) return false
    const seen = this.#text.length - this.#at
    this.#from += this.#at
    this.#at = 0
    this.#text = this.#body.toString('latin1', this.#from, this.#from + Math.max(this.#windowBytes, 2 * seen))
    return true
  }
}
