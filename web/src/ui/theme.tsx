import { useSyncExternalStore } from 'react'
import { Icon } from './icon.tsx'

const THEMES = ['system', 'light', 'dark'] as const
type Theme = (typeof THEMES)[number]
/** public/theme.js reads it too, before the first page is drawn. */
const KEY = 'backproof-theme'
const listeners = new Set<() => void>()

const isTheme = (value: string | null): value is Theme => THEMES.some((theme) => theme === value)

/** A browser may forbid to keep anything: then the choice lasts until the page is closed. */
function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY)
    return isTheme(value) ? value : 'system'
  } catch {
    return 'system'
  }
}

let theme = stored()

function applyTheme(): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}

function choose(next: Theme): void {
  theme = next
  try {
    localStorage.setItem(KEY, next)
  } catch {
    // see stored()
  }
  applyTheme()
  for (const listener of listeners) listener()
}

export function ThemeSwitch() {
  const current = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => theme,
  )
  const next = THEMES[(THEMES.indexOf(current) + 1) % THEMES.length] ?? 'system'
  return (
    <button
      type="button"
      onClick={() => choose(next)}
      aria-label={`Theme: ${current}. Change to ${next}.`}
      title={`Theme: ${current}`}
      className="grid size-9 place-items-center rounded-md text-muted hover:bg-raised hover:text-text"
    >
      <Icon name={current} />
    </button>
  )
}
