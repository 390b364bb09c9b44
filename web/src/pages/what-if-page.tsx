import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { ApiError } from '../api/client.ts'
import { useLosses, useSimulation } from '../api/services.ts'
import { LossTable } from '../components/loss-table.tsx'
import { More } from '../components/more.tsx'
import { Remarks } from '../components/remarks.tsx'
import { SearchField } from '../components/search-field.tsx'
import { LOSS_KINDS, lossFiltersOf, whatIfSearch } from '../components/service-search.ts'
import { LOSS_KIND, lossParts } from '../components/service-words.ts'
import { SimulationView } from '../components/simulation-view.tsx'
import { Loading, Trouble } from '../components/trouble.tsx'
import { Select } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import { Empty, Notice } from '../ui/notice.tsx'
import { Card, Heading } from '../ui/page.tsx'
import { Outside, plural, visible } from '../ui/text.tsx'

const route = getRouteApi('/what-if')

export function WhatIfPage() {
  const search = route.useSearch()
  const chosen = search.lose ?? []
  return (
    <div className="space-y-4">
      <div>
        <Heading title="What if">
          {['What if it is lost?', 'What if this is lost?'][chosen.length] ?? 'What if all of this is lost at once?'}
        </Heading>
        {chosen.length === 0 && (
          <p className="mt-1 text-sm text-muted">
            Each of these is lost as a whole. The most damaging stands first; choose one, then others to lose with it.
          </p>
        )}
      </div>
      {chosen.length > 0 && <Chosen chosen={chosen} />}
      {chosen.length > 0 && <Result chosen={chosen} />}
      <Choice />
    </div>
  )
}

function Chosen({ chosen }: { chosen: readonly string[] }) {
  return (
    <ul className="flex flex-wrap gap-2" aria-label="Lost">
      {chosen.map((loss) => {
        const { kind, value } = lossParts(loss)
        return (
          <li
            key={loss}
            className="flex max-w-full items-center gap-2 rounded-full border border-missing/60 bg-missing-soft py-1 pr-1.5 pl-3 text-sm text-missing"
          >
            <span className="min-w-0">
              {kind} <Outside className="font-semibold">{value}</Outside>
            </span>
            <Link
              to="/what-if"
              search={(now) => whatIfSearch({ ...now, lose: chosen.filter((other) => other !== loss) })}
              aria-label={`Keep ${kind} ${visible(value)}`}
              className="grid size-6 shrink-0 place-items-center rounded-full hover:bg-surface"
            >
              <Icon name="close" className="size-3.5" />
            </Link>
          </li>
        )
      })}
      {chosen.length > 1 && (
        <li className="self-center">
          <Link to="/what-if" className="text-sm text-accent underline underline-offset-2">
            Start again
          </Link>
        </li>
      )}
    </ul>
  )
}

function Result({ chosen }: { chosen: string[] }) {
  const simulation = useSimulation(chosen)
  if (simulation.error instanceof ApiError && [400, 404].includes(simulation.error.status))
    return (
      <Notice tone="missing" icon="failed" title="This can not be lost">
        <Outside>{simulation.error.message}</Outside>
      </Notice>
    )
  if (simulation.error && !simulation.data) return <Trouble error={simulation.error} what="What survives" />
  if (!simulation.data) return <Loading what="what survives" />
  return (
    <>
      <Remarks remarks={simulation.data.remarks} />
      <SimulationView simulation={simulation.data} />
    </>
  )
}

function Choice() {
  const search = route.useSearch()
  const chosen = search.lose ?? []
  const navigate = useNavigate({ from: '/what-if' })
  const losses = useLosses(lossFiltersOf(search))
  const [first] = losses.data?.pages ?? []
  const items = losses.data?.pages.flatMap((page) => page.items) ?? []
  const isFiltered = search.q !== undefined || search.kind !== undefined
  return (
    <section aria-label="What can be lost" className="space-y-3">
      {chosen.length > 0 && <h2 className="pt-2 text-lg font-semibold">Lose something else with it</h2>}
      {first && chosen.length === 0 && <Remarks remarks={first.remarks} />}
      {(isFiltered || items.length > 0) && (
        <search aria-label="What can be lost" className="flex flex-wrap items-end gap-x-3 gap-y-2">
          <SearchField
            value={search.q}
            placeholder="Account, site, service …  ( / )"
            onSearch={(q) =>
              navigate({ search: (now) => whatIfSearch({ ...now, q }), replace: true, resetScroll: false })
            }
          />
          <Select
            label="Kind"
            all="All"
            className="w-40"
            value={search.kind ?? ''}
            options={LOSS_KINDS.map((value) => ({ value, label: LOSS_KIND[value] }))}
            onChange={(kind) => void navigate({ search: (now) => whatIfSearch({ ...now, kind }), resetScroll: false })}
          />
        </search>
      )}
      {losses.error && !losses.data && <Trouble error={losses.error} what="What can be lost" />}
      {losses.isPending && <Loading what="what can be lost" />}
      {first && (
        <Card flush>
          {items.length > 0 ? (
            <LossTable losses={items} chosen={chosen} />
          ) : isFiltered ? (
            <Empty title="Nothing that can be lost is called so">
              Search for a part of its name, or choose another kind.
            </Empty>
          ) : (
            <NothingYet />
          )}
          <More query={losses} what="losses" />
        </Card>
      )}
      {first && items.length > 0 && (
        <p className="text-xs text-muted" role="status">
          {items.length.toLocaleString('en')} of {plural(first.matching, 'loss', 'losses')}, the most damaging first.
        </p>
      )}
    </section>
  )
}

function NothingYet() {
  return (
    <Empty title="Nothing is declared that could be lost">
      <p>
        What survives is worked out from services, where they run and where their copies lie.{' '}
        <Link to="/services" className="text-accent underline underline-offset-2">
          How to declare one
        </Link>
      </p>
    </Empty>
  )
}
