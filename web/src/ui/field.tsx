import { type ReactNode, useId } from 'react'

export const CONTROL =
  'min-h-9 w-full rounded-md border border-edge/60 bg-surface px-2.5 py-1.5 text-sm text-text placeholder:text-muted aria-invalid:border-missing'

/** A control with its label, and a hint that belongs to it. */
export function Field({
  label,
  hint,
  children,
  className = '',
}: {
  label: string
  hint?: string
  children: (ids: { id: string; 'aria-describedby'?: string }) => ReactNode
  className?: string
}) {
  const id = useId()
  const hintId = `${id}-hint`
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-xs font-medium text-muted">
        {label}
      </label>
      {children({ id, ...(hint && { 'aria-describedby': hintId }) })}
      {hint && (
        <p id={hintId} className="mt-1 text-xs text-muted">
          {hint}
        </p>
      )}
    </div>
  )
}

export interface Option {
  value: string
  label: string
}

/** A choice of one, or of all (the empty value). */
export function Select({
  label,
  all,
  value,
  options,
  onChange,
  className,
}: {
  label: string
  all?: string
  value: string
  options: readonly Option[]
  onChange: (value: string) => void
  className?: string
}) {
  // what the address asks for is shown even where it exists no more
  const known = value === '' || options.some((option) => option.value === value)
  return (
    <Field label={label} {...(className !== undefined && { className })}>
      {(ids) => (
        <select
          {...ids}
          className={`${CONTROL} truncate pr-7`}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        >
          {all !== undefined && <option value="">{all}</option>}
          {!known && <option value={value}>{value}</option>}
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
