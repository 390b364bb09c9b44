import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import type { Summary } from '../api/client.ts'
import { Button } from '../ui/button.tsx'
import { CONTROL, Field, Select } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import { visible } from '../ui/text.tsx'
import { type ListSearch, statusesOf, withChange } from './search.ts'
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
      <SearchField search={search} />
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

const SETTLE_MS = 250

/** Goes into the address once whoever types pauses; the page before stays what Back leads to. */
function SearchField({ search }: { search: ListSearch }) {
  const navigate = useNavigate({ from: '/' })
  const [draft, setDraft] = useState<string | null>(null)
  const input = useRef<HTMLInputElement>(null)

  useEffect(() => {
    if (draft === null) return
    const timer = setTimeout(() => {
      void navigate({ search: (now) => withChange(now, { q: draft }), replace: true, resetScroll: false }).then(() =>
        setDraft((newest) => (newest === draft ? null : newest)),
      )
    }, SETTLE_MS)
    return () => clearTimeout(timer)
  }, [draft, navigate])

  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      event.preventDefault()
      input.current?.focus()
      input.current?.select()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])

  return (
    <Field label="Search" className="min-w-48 flex-[2]">
      {(ids) => (
        <div className="relative">
          <Icon
            name="search"
            className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted"
          />
          <input
            {...ids}
            ref={input}
            type="search"
            maxLength={200}
            autoComplete="off"
            spellCheck={false}
            placeholder="Name or id  ( / )"
            aria-keyshortcuts="/"
            className={`${CONTROL} pl-8`}
            value={draft ?? search.q ?? ''}
            onChange={(event) => setDraft(event.target.value)}
          />
        </div>
      )}
    </Field>
  )
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest('dialog') !== null ||
      ['INPUT', 'SELECT', 'TEXTAREA'].includes(target.tagName))
  )
}
