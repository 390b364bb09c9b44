import { useEffect, useRef, useState } from 'react'
import { CONTROL, Field } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'

const SETTLE_MS = 250

/** Goes into the address once whoever types pauses; the page before stays what Back leads to. */
export function SearchField({
  value,
  placeholder,
  onSearch,
}: {
  value: string | undefined
  placeholder: string
  onSearch: (text: string) => Promise<unknown>
}) {
  const search = useRef(onSearch)
  useEffect(() => {
    search.current = onSearch
  })
  const [draft, setDraft] = useState<string | null>(null)
  const input = useRef<HTMLInputElement>(null)

  useEffect(() => {
    if (draft === null) return
    const timer = setTimeout(() => {
      void search.current(draft).then(() => setDraft((newest) => (newest === draft ? null : newest)))
    }, SETTLE_MS)
    return () => clearTimeout(timer)
  }, [draft])

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
            placeholder={placeholder}
            aria-keyshortcuts="/"
            className={`${CONTROL} pl-8`}
            value={draft ?? value ?? ''}
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
