import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Summary } from '../api/client.ts'
import { Button } from '../ui/button.tsx'
import { Select } from '../ui/field.tsx'
import { visible } from '../ui/text.tsx'
import { type ListSearch, statusesOf, withChange } from './search.ts'
import { SearchField } from './search-field.tsx'
import { STATUS, STATUSES, TROUBLES, typeLabel } from './words.ts'

type Change = { [K in keyof ListSearch]: string | undefined }

const options = (values: readonly string[] = [], label: (value: string) => string = visible) =>
  values.map((value) => ({ value, label: label(value) }))

export function CheckFilters({ search, facets }: { search: ListSearch; facets: Summary['facets'] | undefined }) {
  const navigate = useNavigate({ from: '/' })
  const [unfolded, setUnfolded] = useState(false)
  const set = (change: Change) => void navigate({ search: withChange(search, change), resetScroll: false })
  const { q: _, ...chosen } = search
  const active = Object.keys(chosen).length
  // a filter with nothing to choose from only takes room
  const select = (key: 'source' | 'account' | 'type' | 'owner', label: string, values: readonly string[] | undefined) =>
    ((values?.length ?? 0) > (key === 'account' || key === 'owner' ? 0 : 1) || search[key] !== undefined) && (
      <Select
        label={label}
        all="All"
        className="min-w-0 flex-1 md:max-w-60"
        value={search[key] ?? ''}
        options={options(values, key === 'type' ? (type) => visible(typeLabel(type)) : visible)}
        onChange={(value) => set({ [key]: value })}
      />
    )
  return (
    <search aria-label="Checks" className="flex flex-wrap items-end gap-x-3 gap-y-2">
      <SearchField
        value={search.q}
        placeholder="Name or id  ( / )"
        onSearch={(q) => navigate({ search: (now) => withChange(now, { q }), replace: true, resetScroll: false })}
      />
      <Button
        className="md:hidden"
        aria-expanded={unfolded}
        aria-controls="filters"
        onClick={() => setUnfolded(!unfolded)}
      >
        Filters{active > 0 && ` (${active})`}
      </Button>
      <div
        id="filters"
        className={`${unfolded ? 'grid' : 'hidden'} w-full grid-cols-2 items-end gap-x-3 gap-y-2 md:flex md:w-auto md:flex-[3]`}
      >
        {select('source', 'Source', facets?.sources)}
        {select('account', 'Account', facets?.accounts)}
        {select('type', 'Type', facets?.types)}
        {select('owner', 'Owner', facets?.owners)}
        <Select
          label="Status"
          all="All"
          className="min-w-0 flex-1 md:max-w-60"
          value={search.status ?? ''}
          options={statusOptions(search.status)}
          onChange={(status) => set({ status })}
        />
      </div>
    </search>
  )
}

function statusOptions(chosen: string | undefined) {
  const several = statusesOf(chosen)
  const trouble = TROUBLES.join(',')
  return [
    { value: trouble, label: 'Needs attention' },
    ...STATUSES.map((status) => ({ value: status, label: STATUS[status].label })),
    ...(several.length > 1 && chosen !== undefined && chosen !== trouble
      ? [{ value: chosen, label: several.map((status) => STATUS[status].label).join(' or ') }]
      : []),
  ]
}
