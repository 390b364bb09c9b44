import { printable } from '../../lib/printable.ts'
import type { Block, Shares } from './document.ts'

const STYLE = `:root{color-scheme:light dark;--ink:light-dark(#1b1f24,#e6e8eb);--paper:light-dark(#fff,#14171a);--line:light-dark(#c9ced4,#3a4048);--soft:light-dark(#f2f4f6,#1f242a)}
body{font:16px/1.5 system-ui,sans-serif;max-width:80rem;margin:2rem auto;padding:0 1rem;color:var(--ink);background:var(--paper);overflow-wrap:anywhere}
h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}
div.table{overflow-x:auto;margin:1rem 0}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{border:1px solid var(--line);padding:.3rem .6rem;text-align:left;vertical-align:top;min-width:3.5rem}
thead th{background:var(--soft)}
pre{background:var(--soft);padding:.8rem;overflow-x:auto}
div.bar{display:flex;height:1.2rem;border:1px solid var(--line)}
figure{margin:1rem 0}
figcaption{font-weight:600}
figure ul{display:flex;flex-wrap:wrap;gap:.2rem 1.5rem;list-style:none;padding:0;margin:.4rem 0}
i.key{display:inline-block;width:.8rem;height:.8rem;margin-right:.4rem;border:1px solid var(--line)}
@media print{:root{color-scheme:light}body{font-size:10pt;max-width:none;margin:0}div.table{overflow:visible}pre{white-space:pre-wrap}thead{display:table-header-group}tr,figure{break-inside:avoid}h2,h3{break-after:avoid}div.bar,i.key{print-color-adjust:exact}}`

/** One file that needs nothing else: it must open when everything is down. */
export function toHtml(title: string, blocks: Iterable<Block | Shares>): string {
  return [...htmlParts(title, blocks)].join('')
}

/** The same piece by piece, for what is long. */
export function* htmlParts(title: string, blocks: Iterable<Block | Shares>): Generator<string> {
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${plain(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
`
  for (const one of blocks) yield `${block(one)}\n`
  yield '</main>\n</body>\n</html>\n'
}

function block(one: Block | Shares): string {
  switch (one.kind) {
    case 'heading':
      return `<h${one.level}>${plain(one.text)}</h${one.level}>`
    case 'paragraph':
      return `<p>${plain(one.text)}</p>`
    case 'list': {
      const tag = one.ordered ? 'ol' : 'ul'
      return `<${tag}>\n${one.items.map((item) => `<li>${plain(item)}</li>`).join('\n')}\n</${tag}>`
    }
    case 'table':
      return table(one.head, one.rows)
    case 'shares': {
      const drawn = one.parts.filter(({ share }) => share > 0)
      const bar = drawn.map(({ share, colour }) => `<div style="flex:${share};background:${colour}"></div>`).join('')
      const keys = one.parts.map(
        ({ label, text, colour }) =>
          `<li><i class="key" style="background:${colour}"></i>${plain(label)} ${plain(text)}</li>`,
      )
      return `<figure>\n<figcaption>${plain(one.title)}</figcaption>\n<div class="bar" aria-hidden="true">${bar}</div>\n<ul>\n${keys.join('\n')}\n</ul>\n</figure>`
    }
    case 'code':
      return `<pre>${one.lines.map(plain).join('\n')}</pre>`
  }
}

/** Its first column says what each row is; one that is too wide scrolls by itself. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const isHeaded = head.some((cell) => cell !== '')
  const names = isHeaded
    ? `<thead>\n<tr>${head.map((cell) => `<th scope="col">${plain(cell)}</th>`).join('')}</tr>\n</thead>\n`
    : ''
  const body = rows.map((cells) => {
    const [first = '', ...rest] = cells.map(plain)
    return `<tr><th scope="row">${first}</th>${rest.map((cell) => `<td>${cell}</td>`).join('')}</tr>`
  })
  return `<div class="table">\n<table>\n${names}<tbody>\n${body.join('\n')}\n</tbody>\n</table>\n</div>`
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function plain(text: string): string {
  return printable(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)
}
