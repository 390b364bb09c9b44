import type { ReactNode } from 'react'
import type { ServiceFinding } from '../api/services.ts'
import { Icon } from '../ui/icon.tsx'
import { Card } from '../ui/page.tsx'
import { Outside } from '../ui/text.tsx'
import { Exact, Sentence } from '../ui/time.tsx'
import { SeverityBadge } from './badges.tsx'
import { OUTCOME, ruleLabel } from './service-words.ts'

const GRAVEST = { critical: 0, warning: 1, info: 2 } as const

/** What the rules say: what fails first, then what nobody knows; what passes is folded away. */
export function FindingList({ findings }: { findings: readonly ServiceFinding[] }) {
  const waived = findings.filter(({ waived_until }) => waived_until !== null)
  const open = findings.filter(({ waived_until }) => waived_until === null)
  const fail = open
    .filter(({ outcome }) => outcome === 'fail')
    .toSorted((a, b) => GRAVEST[a.severity ?? 'info'] - GRAVEST[b.severity ?? 'info'])
  const unknown = open.filter(({ outcome }) => outcome === 'unknown')
  const pass = open.filter(({ outcome }) => outcome === 'pass')
  const none = open.filter(({ outcome }) => outcome === 'not-applicable')
  return (
    <Card title="What the rules say" flush>
      {fail.length > 0 && <Group title={`Fails (${fail.length})`} findings={fail} />}
      {unknown.length > 0 && <Group title={`Not known (${unknown.length})`} findings={unknown} />}
      {waived.length > 0 && <Group title={`Accepted for a while (${waived.length})`} findings={waived} />}
      {fail.length + unknown.length === 0 && (
        <p className="border-t border-line px-4 py-3 text-sm text-ok">Nothing is wrong, and nothing is unknown.</p>
      )}
      {pass.length > 0 && (
        <Folded title={`Passes (${pass.length})`}>
          <Rows findings={pass} />
        </Folded>
      )}
      {none.length > 0 && (
        <Folded title={`Does not apply (${none.length})`}>
          <Rows findings={none} />
        </Folded>
      )}
    </Card>
  )
}

function Group({ title, findings }: { title: string; findings: readonly ServiceFinding[] }) {
  return (
    <section className="border-t border-line">
      <h3 className="px-4 pt-3 text-xs font-semibold text-muted">{title}</h3>
      <Rows findings={findings} />
    </section>
  )
}

function Folded({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className="border-t border-line">
      <summary className="px-4 py-2.5 text-sm font-medium text-muted hover:text-text">{title}</summary>
      {children}
    </details>
  )
}

function Rows({ findings }: { findings: readonly ServiceFinding[] }) {
  return (
    <ul className="divide-y divide-line">
      {findings.map((finding) => (
        <li key={finding.rule} className="flex gap-3 px-4 py-3">
          <Icon name={OUTCOME[finding.outcome].icon} className={`mt-0.5 size-4 ${OUTCOME[finding.outcome].text}`} />
          <div className="min-w-0 flex-1">
            <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <h4 className="font-semibold" title={`It asks: ${finding.asks}`}>
                <Outside>{ruleLabel(finding.rule)}</Outside>
              </h4>
              {finding.severity !== null && <SeverityBadge severity={finding.severity} />}
              <span className="sr-only">{OUTCOME[finding.outcome].label}</span>
            </div>
            <p className="mt-0.5 text-sm">
              <Sentence>{finding.reason}</Sentence>
            </p>
            {finding.advice !== null && (
              <p className="mt-1 text-sm text-muted">
                <span className="font-medium">To do: </span>
                <Sentence>{finding.advice}</Sentence>
              </p>
            )}
            {finding.waived_until !== null && (
              <p className="mt-1 text-xs text-muted">
                Accepted by <Outside>{finding.waived_by ?? 'somebody'}</Outside> until{' '}
                <Exact at={finding.waived_until} />.
              </p>
            )}
            {finding.changes_at !== null && finding.waived_until === null && (
              <p className="mt-1 text-xs text-muted">
                {finding.outcome === 'pass' ? 'Good until ' : 'Changes at '}
                <Exact at={finding.changes_at} />.
              </p>
            )}
            <Evidence evidence={finding.evidence} />
          </div>
        </li>
      ))}
    </ul>
  )
}

function Evidence({ evidence }: { evidence: ServiceFinding['evidence'] }) {
  if (Object.keys(evidence).length === 0) return null
  return (
    <details className="mt-1">
      <summary className="w-fit text-xs text-muted hover:text-text">Evidence</summary>
      <dl className="mt-1 grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 rounded-md bg-raised p-2 font-mono text-xs">
        {Object.entries(evidence).map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="min-w-0">
              <Outside>{typeof value === 'string' ? value : JSON.stringify(value)}</Outside>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
