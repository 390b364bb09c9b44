import { printable } from '../../lib/printable.ts'
import type { Block } from './document.ts'

/** GitHub's flavour of Markdown; names from outside can neither break out of a cell nor begin a tag or a link. */
export function toMarkdown(blocks: readonly Block[]): string {
  return `${blocks.map(block).join('\n\n')}\n`
}

function block(one: Block): string {
  switch (one.kind) {
    case 'heading':
      return `${'#'.repeat(one.level)} ${plain(one.text)}`
    case 'paragraph':
      return plain(one.text)
    case 'list':
      return one.items.map((item, n) => `${one.ordered ? `${n + 1}.` : '-'} ${plain(item)}`).join('\n')
    case 'table':
      return [one.head, one.head.map(() => '---'), ...one.rows]
        .map((cells, n) => `| ${cells.map((cell) => (n === 1 ? cell : plain(cell))).join(' | ')} |`)
        .join('\n')
    case 'code':
      // indented, since no name can end that
      return one.lines.map((line) => `    ${printable(line)}`).join('\n')
  }
}

function plain(text: string): string {
  return printable(text).replace(/[\\`*_[\]<>|#&]/g, (sign) => `\\${sign}`)
}
