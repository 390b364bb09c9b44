import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { type Drill, useDrills } from '../api/drills.ts'
import { DrillEntry } from '../components/drill-entry.tsx'
import { DrillForm } from '../components/drill-form.tsx'
import { type DrillSearch, drillFiltersOf, drillSearch } from '../components/drill-search.ts'
import { More } from '../components/more.tsx'
import { ServiceInput } from '../components/service-input.tsx'
import { Loading, Trouble } from '../components/trouble.tsx'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Code, Empty } from '../ui/notice.tsx'
import { Card, Heading } from '../ui/page.tsx'

const route = getRouteApi('/drills')
const LINK = 'text-accent underline underline-offset-2'

export function DrillsPage() {
  const search = route.useSearch()
  const navigate = useNavigate({ from: '/drills' })
  const drills = useDrills(drillFiltersOf(search))
  const [corrected, setCorrected] = useState<Drill | null>(null)
  const items = drills.data?.pages.flatMap((page) => page.items) ?? []
  const set = (change: Change) => void navigate({ search: drillSearch({ ...search, ...change }), resetScroll: false })
  const close = () => {
    setCorrected(null)
    set({ record: undefined })
  }
  const isOpen = search.record === 'yes' || corrected !== null
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <Heading title="Restore drills" />
          <p className="mt-1 max-w-2xl text-sm text-muted">
            Only a restore that was tried proves anything. What it took is what the recovery plan reckons with.
          </p>
        </div>
        {!isOpen && (
          <Button kind="main" onClick={() => set({ record: 'yes' })}>
            Record a drill
          </Button>
        )}
      </div>
      {isOpen && (
        <DrillForm key={corrected?.id ?? 'new'} corrected={corrected} service={search.service ?? ''} onClose={close} />
      )}
      <Filters search={search} set={set} />
      {drills.error && !drills.data && <Trouble error={drills.error} what="The drills" />}
      {drills.isPending && <Loading what="drills" />}
      {drills.data && (
        <Card flush>
          {items.length > 0 ? (
            <ul aria-label="Drills" className="divide-y divide-line">
              {items.map((drill) => (
                <DrillEntry key={drill.id} drill={drill} onCorrect={() => setCorrected(drill)} />
              ))}
            </ul>
          ) : (
            <None service={search.service} />
          )}
          <More query={drills} what="drills" />
        </Card>
      )}
    </div>
  )
}

type Change = { [K in keyof DrillSearch]: DrillSearch[K] | undefined }

function Filters({ search, set }: { search: DrillSearch; set: (change: Change) => void }) {
  // while it is written; else the address says it
  const [draft, setDraft] = useState<string | null>(null)
  const service = draft ?? search.service ?? ''
  return (
    <search aria-label="Drills" className="flex flex-wrap items-end gap-x-6 gap-y-2 text-sm">
      <form
        className="w-full sm:w-80"
        onBlur={() => setDraft(null)}
        onSubmit={(event) => {
          event.preventDefault()
          set({ service: service.trim() || undefined })
        }}
      >
        <Field label="Of the service">
          {(ids) => (
            <ServiceInput
              {...ids}
              value={service}
              onChange={(value, known) => {
                setDraft(value)
                if (known || value === '') set({ service: value || undefined })
              }}
            />
          )}
        </Field>
      </form>
      <label className="flex min-h-9 cursor-pointer items-center gap-2">
        <input
          type="checkbox"
          className="size-4 accent-accent"
          checked={search.show === 'all'}
          onChange={(event) => set({ show: event.target.checked ? 'all' : undefined })}
        />
        Also withdrawn and replaced
      </label>
      {search.service !== undefined && (
        <button type="button" className={`min-h-9 ${LINK}`} onClick={() => set({ service: undefined })}>
          Show those of all services
        </button>
      )}
    </search>
  )
}

const EXAMPLE = `backproof drill record shop-db --outcome verified \\
  --phase locate=5m --phase restore=12m --phase validate=8m \\
  --rpa 5m --check "row counts" --gap "the key was in nobody's safe"`

function None({ service }: { service: string | undefined }) {
  return (
    <Empty
      title={service === undefined ? 'No restore has been tried, or nobody wrote it down' : 'It was never restored'}
    >
      <p>
        That a job ran proves that bytes were written, no more. Restore something to a place where it does no harm, time
        it, and write it down here or from a shell. See{' '}
        <Link to="/services" className={LINK}>
          what each service needs next
        </Link>
        .
      </p>
      <Code>{EXAMPLE}</Code>
    </Empty>
  )
}
