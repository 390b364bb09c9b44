import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { ServicePage } from '../api/services.ts'
import { useServices } from '../api/services.ts'
import { More } from '../components/more.tsx'
import { Remarks } from '../components/remarks.tsx'
import { ReportCard } from '../components/report-card.tsx'
import { SearchField } from '../components/search-field.tsx'
import { rememberServices } from '../components/service-back-link.tsx'
import { OUTCOMES, type ServicesSearch, serviceFiltersOf, servicesSearch } from '../components/service-search.ts'
import { ServiceTable } from '../components/service-table.tsx'
import { GRAVER_THAN_INCIDENTS, OUTCOME } from '../components/service-words.ts'
import { Loading, Trouble } from '../components/trouble.tsx'
import { Select } from '../ui/field.tsx'
import { Code, Empty } from '../ui/notice.tsx'
import { Card, Heading } from '../ui/page.tsx'
import { plural, visible } from '../ui/text.tsx'

const route = getRouteApi('/services')

type Change = { [K in keyof ServicesSearch]: string | undefined }

export function ServicesPage() {
  const search = route.useSearch()
  useEffect(() => rememberServices(search), [search])
  const services = useServices(serviceFiltersOf(search))
  const [first] = services.data?.pages ?? []
  const items = services.data?.pages.flatMap((page) => page.items) ?? []
  const isFiltered = Object.keys(search).length > 0
  return (
    <div className="space-y-4">
      <Heading title="Services">{headline(first?.summary)}</Heading>
      <p role="status" className="sr-only">
        {first && isFiltered && `${plural(first.matching, 'service')} found`}
      </p>
      {first && <Remarks remarks={first.remarks} />}
      {first && (first.summary.services > 0 || isFiltered) && <Filters search={search} facets={first.facets} />}
      {services.error && !services.data && <Trouble error={services.error} what="The services" />}
      {services.isPending && <Loading what="services" />}
      {first && (
        <>
          <Card flush>
            {items.length > 0 ? <ServiceTable services={items} /> : isFiltered ? <NothingMatches /> : <NothingYet />}
            <More query={services} what="services" />
          </Card>
          <p className="text-xs text-muted" role="status">
            {items.length > 0 &&
              `${items.length.toLocaleString('en')} of ${plural(first.matching, 'service')}${isFiltered ? ' found' : ''}, the worst first.`}
          </p>
          {items.some(({ tier, severity }) => tier === 1 && severity === 'critical') && (
            <p className="text-xs text-muted">{GRAVER_THAN_INCIDENTS}</p>
          )}
          {items.length > 0 && <Report search={search} />}
        </>
      )}
    </div>
  )
}

/** The answer to the question that one opens this page with. */
function headline(summary: ServicePage['summary'] | undefined): string {
  if (!summary || summary.services === 0) return 'Services'
  const { services, fail, unknown } = summary
  const all = plural(services, 'service')
  if (fail > 0) return `${fail.toLocaleString('en')} of ${all} ${fail === 1 ? 'fails' : 'fail'} a rule`
  if (unknown > 0) return `Of ${unknown.toLocaleString('en')} of ${all} not all is known`
  return `${all}, and every rule passes`
}

function Filters({ search, facets }: { search: ServicesSearch; facets: ServicePage['facets'] }) {
  const navigate = useNavigate({ from: '/services' })
  const changed = (change: Change) => servicesSearch({ ...search, ...change })
  const set = (change: Change) => void navigate({ search: changed(change), resetScroll: false })
  return (
    <search aria-label="Services" className="grid grid-cols-3 items-end gap-x-3 gap-y-2 md:flex">
      <div className="col-span-3 min-w-48 md:flex-[2]">
        <SearchField
          value={search.q}
          placeholder="Name, owner or label  ( / )"
          onSearch={(q) =>
            navigate({ search: (now) => servicesSearch({ ...now, q }), replace: true, resetScroll: false })
          }
        />
      </div>
      <Select
        label="Outcome"
        all="All"
        className="min-w-0 flex-1 md:max-w-60"
        value={search.outcome ?? ''}
        options={OUTCOMES.map((value) => ({ value, label: OUTCOME[value].label }))}
        onChange={(outcome) => set({ outcome })}
      />
      <Select
        label="Owner"
        all="All"
        className="min-w-0 flex-1 md:max-w-60"
        value={search.owner ?? ''}
        options={facets.owners.map((value) => ({ value, label: visible(value) }))}
        onChange={(owner) => set({ owner })}
      />
      <Select
        label="Tier"
        all="All"
        className="min-w-0 flex-1 md:max-w-40"
        value={search.tier ?? ''}
        options={facets.tiers.map((tier) => ({ value: String(tier), label: `Tier ${tier}` }))}
        onChange={(tier) => set({ tier })}
      />
    </search>
  )
}

/** It knows owners and tiers: of what else is looked for here, it says nothing. */
function Report({ search: { owner, tier } }: { search: ServicesSearch }) {
  const narrowed = [owner !== undefined && `owner ${visible(owner)}`, tier !== undefined && `tier ${tier}`]
  const words = narrowed.filter(Boolean).join(', ')
  return <ReportCard of={{ owner, tier }} what={words ? `each service (${words})` : 'each service'} />
}

function NothingMatches() {
  return (
    <Empty title="No service matches these filters">
      <Link to="/services" className="text-accent underline underline-offset-2">
        Clear all filters
      </Link>
    </Empty>
  )
}

const EXAMPLE = `services:
  shop-db:
    tier: 1
    owner: shop-team
    rpo: 4h
    rto: 2h
    production: { site: dc-a }
    copies:
      - { type: nas, location: dc-a / nas01, check: fleet/shop-db }
      - { type: s3, location: dc-b / s3, check: dumps/shop-db }`

function NothingYet() {
  return (
    <Empty title="No service is declared yet">
      <p>
        A service is what must survive: how much may be lost (RPO), how soon it must be back (RTO), and which checks
        prove its copies. Write it in <code className="font-mono">backproof.yaml</code>, or make it under{' '}
        <Link to="/settings" className="text-accent underline underline-offset-2">
          Settings
        </Link>
        :
      </p>
      <Code>{EXAMPLE}</Code>
    </Empty>
  )
}
