/**
 * Control characters, what reorders text, and invisible characters, as the escapes that they are: names come from
 * outside, and must not look like something else. The joiners of emoji and of scripts are left.
 */
const HIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu

export function visible(text: string): string {
  return text.replace(HIDDEN, (character) => {
    if (character === '\n') return '\\n'
    if (character === '\r') return '\\r'
    if (character === '\t') return '\\t'
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
  })
}

/** The same for what has lines, such as a job's output: line ends and tabs are kept. */
export const visibleLines = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .split(/(\n|\t)/)
    .map((part) => (part === '\n' || part === '\t' ? part : visible(part)))
    .join('')

/** A text from outside. cut: on one line, the whole in its title. */
export function Outside({
  children,
  cut = false,
  className = '',
}: {
  children: string
  cut?: boolean
  className?: string
}) {
  const text = visible(children)
  return (
    <bdi
      className={`${cut ? 'block truncate' : 'anywhere'} ${className}`}
      title={cut && text.length > 24 ? text : undefined}
    >
      {text}
    </bdi>
  )
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** "1.4 GiB" */
export function bytes(size: number): string {
  const power = Math.min(UNITS.length - 1, size < 1024 ? 0 : Math.floor(Math.log2(size) / 10))
  const value = size / 1024 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`
}
