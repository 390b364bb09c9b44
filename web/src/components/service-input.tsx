import { useDeferredValue, useId } from 'react'
import { useServices } from '../api/services.ts'
import { CONTROL, type FieldIds } from '../ui/field.tsx'

/** The name of a service, with those that there are to choose from. */
export function ServiceInput({
  value,
  onChange,
  ...ids
}: {
  value: string
  /** known: it is the name of one that is declared. */
  onChange: (value: string, known: boolean) => void
} & FieldIds) {
  const names = useId()
  // ten thousand may be declared: those that match are asked for
  const services = useServices({ q: useDeferredValue(value.trim()) || undefined })
  const known = services.data?.pages.flatMap(({ items }) => items.map(({ name }) => name)) ?? []
  return (
    <>
      <input
        {...ids}
        list={names}
        className={CONTROL}
        maxLength={4096}
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value, known.includes(event.target.value))}
      />
      <datalist id={names}>
        {known.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  )
}
