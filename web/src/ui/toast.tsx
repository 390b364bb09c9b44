import { useEffect, useSyncExternalStore } from 'react'
import { Icon } from './icon.tsx'

interface Said {
  id: number
  text: string
  kind: 'done' | 'failed'
}

let said: Said | null = null
const listeners = new Set<() => void>()
const SHOWN_MS = 8000

function say(next: Said | null): void {
  said = next
  for (const listener of listeners) listener()
}

/** Says what came of something that a person has done; screen readers say it aloud. */
export function tell(text: string, kind: Said['kind']): void {
  say({ id: (said?.id ?? 0) + 1, text, kind })
}

/** Stands in the page from the start: a live region that comes with its text is not read out. */
export function Toast() {
  const current = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => said,
  )
  useEffect(() => {
    if (!current) return
    const timer = setTimeout(() => said === current && say(null), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [current])
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-4 bottom-4 z-40 flex justify-center"
    >
      {current && (
        <p
          key={current.id}
          className={`pointer-events-auto flex max-w-xl items-center gap-2 rounded-lg border px-4 py-2.5 text-sm shadow-lg ${current.kind === 'done' ? 'border-line bg-surface' : 'border-missing bg-missing-soft text-missing'}`}
        >
          <Icon
            name={current.kind === 'done' ? 'ok' : 'failed'}
            className={current.kind === 'done' ? 'size-4 text-ok' : 'size-4'}
          />
          <span className="anywhere">{current.text}</span>
        </p>
      )}
    </div>
  )
}
