import { printable } from '../../lib/printable.ts'
import type { Block } from './document.ts'

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%}th,td{border:1px solid #ccc;padding:.3rem .6rem;text-align:left;vertical-align:top}pre{background:#f4f4f4;padding:.8rem;overflow-x:auto}@media print{pre{white-space:pre-wrap}h2{break-after:avoid}}'

/** One file that needs nothing else: it must open when everything is down. */
export function toHtml(title: string, blocks: readonly Block[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${plain(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${blocks.map(block).join('\n')}
</body>
</html>
`
}

function block(one: Block): string {
  switch (one.kind) {
    case 'heading':
      return `<h${one.level}>${plain(one.text)}</h${one.level}>`
    case 'paragraph':
      return `<p>${plain(one.text)}</p>`
    case 'list': {
      const tag = one.ordered ? 'ol' : 'ul'
      return `<${tag}>\n${one.items.map((item) => `<li>${plain(item)}</li>`).join('\n')}\n</${tag}>`
    }
    case 'table': {
      const row = (cells: readonly string[], tag: 'th' | 'td') =>
        `<tr>${cells.map((cell) => `<${tag}>${plain(cell)}</${tag}>`).join('')}</tr>`
      return `<table>\n${row(one.head, 'th')}\n${one.rows.map((cells) => row(cells, 'td')).join('\n')}\n</table>`
    }
    case 'code':
      return `<pre>${one.lines.map(plain).join('\n')}</pre>`
  }
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function plain(text: string): string {
  return printable(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)
}
