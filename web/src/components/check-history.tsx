import { useState } from 'react'
import type { Ping, RecoveryPoint, StatusChange } from '../api/client.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Card } from '../ui/page.tsx'
import { bytes, Outside, visibleLines } from '../ui/text.tsx'
import { Ago, Exact, Sentence } from '../ui/time.tsx'
import { StatusBadge } from './badges.tsx'
import { PING, POINT } from './words.ts'

const FEW = 8

/** The first few of a list, and the rest on demand. */
function useFew<T>(items: readonly T[]) {
  const [all, setAll] = useState(false)
  return {
    shown: all ? items : items.slice(0, FEW),
    more:
      !all && items.length > FEW ? (
        <div className="border-t border-line p-2 text-center">
          <Button kind="quiet" onClick={() => setAll(true)}>
            Show all {items.length}
          </Button>
        </div>
      ) : null,
  }
}

export function PointTable({ points, truncated }: { points: readonly RecoveryPoint[]; truncated: boolean }) {
  const { shown, more } = useFew(points)
  const cell = 'px-4 py-2 align-top'
  return (
    <Card
      title="All points"
      flush
      aside={truncated && <p className="text-xs text-muted">The newest {points.length}</p>}
    >
      <table className="stacked w-full table-fixed text-sm">
        <caption className="sr-only">Recovery points, the newest first</caption>
        <thead>
          <tr className="border-b border-line text-xs text-muted">
            <th scope="col" className="w-[32%] px-4 py-1.5">
              Recoverable to
            </th>
            <th scope="col" className="w-[13%] px-4 py-1.5">
              Size
            </th>
            <th scope="col" className="w-[25%] px-4 py-1.5">
              State
            </th>
            <th scope="col" className="px-4 py-1.5">
              Id
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {shown.map((point) => (
            <tr key={point.id}>
              <td className={cell}>
                <Exact at={point.recoverable_to} />
              </td>
              <td className={`${cell} tabular-nums`}>{point.size_bytes === null ? '–' : bytes(point.size_bytes)}</td>
              <td className={cell}>
                {point.gone_at === null ? (
                  <span className={point.state === 'complete' ? '' : 'font-medium text-failed'}>
                    {POINT[point.state]}
                  </span>
                ) : (
                  <span className="text-muted">
                    Gone <Ago at={point.gone_at} />
                  </span>
                )}
                {point.problem !== null && (
                  <p className="text-xs text-muted">
                    <Outside>{point.problem}</Outside>
                  </p>
                )}
              </td>
              <td className={`${cell} whole font-mono text-xs text-muted`}>
                <Outside cut>{point.id}</Outside>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {more}
    </Card>
  )
}

export function StatusHistory({ changes }: { changes: readonly StatusChange[] }) {
  const { shown, more } = useFew(changes)
  return (
    <Card title="Status history" flush>
      <ol className="divide-y divide-line">
        {shown.map((change) => (
          <li key={`${change.at} ${change.to}`} className="px-4 py-2.5 text-sm">
            <div className="flex flex-wrap items-center gap-2">
              {change.from !== null && (
                <>
                  <StatusBadge status={change.from} />
                  <span aria-hidden="true">→</span>
                  <span className="sr-only">became</span>
                </>
              )}
              <StatusBadge status={change.to} />
              <Exact at={change.at} className="text-xs text-muted" />
            </div>
            <p className="mt-1 text-muted">
              <Sentence>{change.reason}</Sentence>
            </p>
          </li>
        ))}
      </ol>
      {more}
    </Card>
  )
}

const PING_ICON = { success: 'ok', start: 'due', fail: 'failed', log: 'info' } as const
const PING_COLOUR = { success: 'text-ok', start: 'text-muted', fail: 'text-failed', log: 'text-muted' } as const

/** What a job said, in its own words. */
export function PingList({ pings }: { pings: readonly Ping[] }) {
  const { shown, more } = useFew(pings)
  return (
    <Card title="Reports of the job" flush>
      <ol className="divide-y divide-line">
        {shown.map((ping) => (
          <li key={ping.id} className="px-4 py-2.5 text-sm">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <span className={`inline-flex items-center gap-1.5 font-medium ${PING_COLOUR[ping.kind]}`}>
                <Icon name={PING_ICON[ping.kind]} className="size-3.5" />
                {PING[ping.kind]}
                {ping.exit_status !== null && `, exit status ${ping.exit_status}`}
              </span>
              <Exact at={ping.at} className="text-xs text-muted" />
              {ping.remote !== null && (
                <span className="text-xs text-muted">
                  from <Outside>{ping.remote}</Outside>
                </span>
              )}
            </div>
            {ping.body && <PingBody body={ping.body} />}
          </li>
        ))}
      </ol>
      {more}
    </Card>
  )
}

function PingBody({ body }: { body: string }) {
  const text = visibleLines(body)
  const block = (
    <pre className="mt-1.5 max-h-80 overflow-auto rounded-md bg-raised p-2.5 font-mono text-xs anywhere whitespace-pre-wrap">
      {text}
    </pre>
  )
  if (text.length < 200 && text.split('\n').length < 4) return block
  return (
    <details className="mt-1">
      <summary className="text-xs text-accent">Its output ({text.length.toLocaleString('en')} characters)</summary>
      {block}
    </details>
  )
}
