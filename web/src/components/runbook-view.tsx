import { useState } from 'react'
import type { Runbook } from '../api/services.ts'
import { useRunbook } from '../api/services.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/page.tsx'
import { Outside, visible } from '../ui/text.tsx'
import { Sentence } from '../ui/time.tsx'
import { Loading, Trouble } from './trouble.tsx'

type Block = Runbook['blocks'][number]

const LINK = 'text-sm text-accent underline underline-offset-2'

/** The recovery plan: to read here, to open alone, to keep where it can be read when everything is down. */
export function RunbookCard({ name }: { name: string }) {
  const [shown, setShown] = useState(false)
  const runbook = useRunbook(name, shown)
  const address = `/api/v1/services/${encodeURIComponent(name)}/runbook`
  return (
    <Card
      title="Recovery plan"
      aside={
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <a href={address} target="_blank" rel="noreferrer" className={LINK}>
            As a page
          </a>
          <a href={`${address}?format=markdown`} download="runbook.md" className={LINK}>
            Markdown
          </a>
          <Button aria-expanded={shown} onClick={() => setShown(!shown)}>
            {shown ? 'Hide' : 'Read it here'}
          </Button>
        </div>
      }
    >
      <p className="text-sm text-muted">
        What is where, who can decrypt, the commands, what to check. Keep a copy where no backup system is needed to
        read it.
      </p>
      {shown && runbook.isPending && <Loading what="the plan" />}
      {shown && runbook.error && !runbook.data && <Trouble error={runbook.error} what="The plan" />}
      {shown && typeof runbook.data === 'object' && (
        <div className="mt-3 space-y-3 border-t border-line pt-3">
          {runbook.data.blocks.map((block, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of one text
            <BlockView key={n} block={block} />
          ))}
        </div>
      )}
    </Card>
  )
}

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case 'heading':
      return block.level === 1 ? null : (
        <h3 className="pt-2 font-semibold">
          <Outside>{block.text}</Outside>
        </h3>
      )
    case 'paragraph':
      return (
        <p className="text-sm">
          <Sentence>{block.text}</Sentence>
        </p>
      )
    case 'list': {
      const List = block.ordered ? 'ol' : 'ul'
      return (
        <List className={`space-y-1 pl-5 text-sm ${block.ordered ? 'list-decimal' : 'list-disc'}`}>
          {block.items.map((item) => (
            <li key={item}>
              <Sentence>{item}</Sentence>
            </li>
          ))}
        </List>
      )
    }
    case 'table':
      return <TableView head={block.head} rows={block.rows} />
    case 'code':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <pre tabIndex={0} className="overflow-x-auto rounded-md border border-line bg-raised p-3 font-mono text-xs">
          {block.lines.map(visible).join('\n')}
        </pre>
      )
  }
}

function TableView({ head, rows }: { head: readonly string[]; rows: readonly (readonly string[])[] }) {
  const hasHead = head.some((cell) => cell !== '')
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <div tabIndex={0} className="overflow-x-auto">
      <table className="w-full border-collapse text-sm">
        {hasHead && (
          <thead>
            <tr className="border-b border-line">
              {head.map((cell) => (
                <th key={cell} scope="col" className="px-2 py-1 text-xs font-semibold text-muted">
                  {cell}
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody className="divide-y divide-line">
          {rows.map((cells, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows of one text
            <tr key={row}>
              {cells.map((cell, n) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the cells of one row
                <td key={n} className="min-w-24 px-2 py-1 align-top">
                  {hasHead || n > 0 ? <Sentence>{cell}</Sentence> : <Outside className="text-muted">{cell}</Outside>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
