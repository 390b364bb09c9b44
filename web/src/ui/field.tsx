import { type ComponentProps, type ReactNode, useId } from 'react'

export const CONTROL =
  'min-h-9 w-full rounded-md border border-edge/60 bg-surface px-2.5 py-1.5 text-sm text-text placeholder:text-muted aria-invalid:border-missing'

export interface FieldIds {
  id: string
  'aria-describedby'?: string
  'aria-invalid'?: true
}

/** A control with its label, and a hint that belongs to it; what is wrong in it stands in place of the hint. */
export function Field({
  label,
  hint,
  mistake,
  children,
  className = '',
}: {
  label: string
  hint?: string | undefined
  mistake?: string | undefined
  children: (ids: FieldIds) => ReactNode
  className?: string
}) {
  const id = useId()
  const wordsId = `${id}-words`
  const words = mistake ?? hint
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-xs font-medium text-muted">
        {label}
      </label>
      {children({ id, ...(words && { 'aria-describedby': wordsId }), ...(mistake && { 'aria-invalid': true }) })}
      {words && (
        <p id={wordsId} className={`mt-1 text-xs ${mistake ? 'text-missing' : 'text-muted'}`}>
          {words}
        </p>
      )}
    </div>
  )
}

interface TextFieldProps {
  label: string
  hint?: string
  mistake?: string | undefined
  value: string
  onChange: (value: string) => void
}

export function TextField({
  label,
  hint,
  mistake,
  onChange,
  ...rest
}: TextFieldProps & Omit<ComponentProps<'input'>, keyof TextFieldProps>) {
  return (
    <Field label={label} hint={hint} mistake={mistake}>
      {(ids) => <input {...rest} {...ids} className={CONTROL} onChange={({ target: { value } }) => onChange(value)} />}
    </Field>
  )
}

/** A text of several lines. */
export function TextArea({
  label,
  hint,
  mistake,
  onChange,
  className = '',
  ...rest
}: TextFieldProps & Omit<ComponentProps<'textarea'>, keyof TextFieldProps>) {
  return (
    <Field label={label} hint={hint} mistake={mistake}>
      {(ids) => (
        <textarea
          {...rest}
          {...ids}
          className={`${CONTROL} ${className}`}
          onChange={({ target: { value } }) => onChange(value)}
        />
      )}
    </Field>
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
