const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" } as const

/** A string of its own: a part of the page would keep all of the page in memory. */
export function copied(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}

/** Goes through XML as EC2 writes it: elements and text, no attributes but on the root. */
export class XmlReader {
  readonly #text: string
  #at = 0
  /** Whether the element that was opened last is closed already: <name/>. */
  isEmpty = false

  constructor(text: string) {
    this.#text = text
  }

  get isAtEnd(): boolean {
    this.#skipSpace()
    return this.#at === this.#text.length
  }

  /** Past the prolog and the root's start tag. */
  enter(root: string): boolean {
    this.#skipSpace()
    if (this.#text.startsWith('<?xml', this.#at)) {
      const end = this.#text.indexOf('?>', this.#at)
      if (end < 0) return false
      this.#at = end + 2
      this.#skipSpace()
    }
    if (!this.#text.startsWith(`<${root}`, this.#at)) return false
    const end = this.#text.indexOf('>', this.#at)
    const after = this.#text.charCodeAt(this.#at + root.length + 1)
    if (end < 0 || this.#text[end - 1] === '/' || (after !== 32 && after !== 62)) return false
    this.#at = end + 1
    return true
  }

  /** The name of the next element, of which this is then inside; null: there is no start tag here. */
  open(): string | null {
    this.#skipSpace()
    const text = this.#text
    if (text.charCodeAt(this.#at) !== 60) return null
    const first = text.charCodeAt(this.#at + 1)
    // an end tag, a comment, CDATA, a processing instruction: whoever asks finds that it is not what is expected
    if (first === 47 || first === 33 || first === 63) return null
    const end = text.indexOf('>', this.#at)
    if (end < 0) return null
    this.isEmpty = text.charCodeAt(end - 1) === 47
    const name = text.slice(this.#at + 1, this.isEmpty ? end - 1 : end)
    this.#at = end + 1
    return name
  }

  close(name: string): boolean {
    this.#skipSpace()
    const tag = `</${name}>`
    if (!this.#text.startsWith(tag, this.#at)) return false
    this.#at += tag.length
    return true
  }

  /** The text of the element that is open, and past its end. Null: there is more than plain text in it. */
  leaf(name: string): string | null {
    const end = this.#text.indexOf('<', this.#at)
    if (end < 0) return null
    const value = this.#text.slice(this.#at, end)
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
    const end = this.#text.indexOf('<', this.#at)
    if (end < 0) return null
    const raw = this.#text.slice(this.#at, end)
    this.#at = end
    if (!this.close(name)) return null
    if (/^[\x21-\x25\x27-\x7e](?:[\x20-\x25\x27-\x7e]*[\x21-\x25\x27-\x7e])?$/.test(raw)) return copied(raw)
    if (raw === '') return ''
    const decoded = Buffer.from(raw, 'latin1').toString('utf8')
    const value = decoded.replace(/&(amp|lt|gt|quot|apos);/g, (_, entity: keyof typeof ENTITIES) => ENTITIES[entity])
    const isPlain = !/&(?!(?:amp|lt|gt|quot|apos);)|[\p{Cc}\ufffd]/u.test(decoded) && decoded.trim() === decoded
    return isPlain ? value : null
  }

  /** The items of the list that is open, each read by `item`, and past its end. Null: one can't be read. */
  list<T>(name: string, item: () => T | null): T[] | null {
    const items: T[] = []
    if (this.isEmpty) return items
    for (;;) {
      const next = this.open()
      if (next === null) break
      if (next !== 'item' || this.isEmpty) return null
      const read = item()
      if (read === null || !this.close('item')) return null
      items.push(read)
    }
    return this.close(name) ? items : null
  }

  /** Whether what is inside of the element that is open matches, as it is written. */
  holds(name: string, pattern: RegExp): boolean {
    const end = this.#text.indexOf(`</${name}>`, this.#at)
    return end >= 0 && pattern.test(this.#text.slice(this.#at, end))
  }

  /** Past the end of the element that is open. No element of this answer has one of its own name inside. */
  skip(name: string): boolean {
    const tag = `</${name}>`
    const end = this.#text.indexOf(tag, this.#at)
    if (end < 0) return false
    this.#at = end + tag.length
    return true
  }

  #skipSpace(): void {
    const text = this.#text
    let code = text.charCodeAt(this.#at)
    while (code === 32 || code === 10 || code === 13 || code === 9) code = text.charCodeAt(++this.#at)
  }
}
