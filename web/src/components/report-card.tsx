import { useState } from 'react'
import { Select } from '../ui/field.tsx'
import { Card } from '../ui/page.tsx'

const PERIODS = [
  { value: '7d', label: 'Last 7 days' },
  { value: '30d', label: 'Last 30 days' },
  { value: '90d', label: 'Last 90 days' },
  { value: '365d', label: 'Last 365 days' },
] as const

const FILES = [
  { format: 'pdf', label: 'PDF' },
  { format: 'csv', label: 'CSV' },
  { format: 'json', label: 'JSON' },
] as const

const LINK = 'inline-flex min-h-9 items-center text-sm text-accent underline underline-offset-2'

/** Compliance over a period, to read or to keep: of the services that `of` selects, all where it selects none. */
export function ReportCard({
  of,
  what,
}: {
  of: { service?: string | undefined; owner?: string | undefined; tier?: string | undefined }
  what: string
}) {
  const [last, setLast] = useState('30d')
  const selection = Object.entries(of).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const address = (format: string) =>
    `/api/v1/report?${new URLSearchParams([...selection, ['last', last], ['format', format]])}`
  return (
    <Card title="Report">
      <p className="anywhere text-sm text-muted">
        How much of the period {what} was within its RPO, with breaches, incidents, findings and drills.
      </p>
      <div className="mt-2 flex flex-wrap items-end gap-x-4 gap-y-1">
        <Select label="Period" className="w-40" value={last} options={PERIODS} onChange={setLast} />
        <a href={address('html')} target="_blank" rel="noreferrer" className={LINK}>
          Open the report
        </a>
        {FILES.map(({ format, label }) => (
          // what can not be had now (another report is being made) fails as a download: the page stays
          <a key={format} href={address(format)} download={`backproof-report.${format}`} className={LINK}>
            {label}
          </a>
        ))}
      </div>
    </Card>
  )
}
