import { Link } from '@tanstack/react-router'

/** In the order of the questions that one comes with. */
const ENTRIES = [
  { to: '/', label: 'Checks' },
  { to: '/services', label: 'Services' },
  { to: '/incidents', label: 'Incidents' },
  { to: '/what-if', label: 'What if' },
  { to: '/drills', label: 'Drills' },
  { to: '/sources', label: 'Sources' },
  { to: '/channels', label: 'Channels' },
  { to: '/settings', label: 'Settings' },
] as const

/** On a phone in two rows: all of it is in sight. */
export function Navigation({ openIncidents }: { openIncidents: number }) {
  return (
    <nav
      aria-label="Main"
      className="order-last -mx-2 grid w-[calc(100%+1rem)] grid-cols-4 sm:flex lg:order-none lg:mx-0 lg:w-auto"
    >
      {ENTRIES.map(({ to, label }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: to === '/', includeSearch: false }}
          className="flex min-h-9 items-center justify-center gap-1.5 border-b-2 border-transparent px-1 text-[0.8125rem] font-medium text-muted hover:text-text aria-[current=page]:border-accent aria-[current=page]:text-text sm:min-h-11 sm:px-3 sm:text-sm"
        >
          {label}
          {to === '/incidents' && <Open count={openIncidents} />}
        </Link>
      ))}
    </nav>
  )
}

function Open({ count }: { count: number }) {
  if (count === 0) return null
  return (
    <span className="rounded-full bg-missing-soft px-1.5 text-xs font-semibold text-missing tabular-nums">
      {count > 999 ? '999+' : count}
      <span className="sr-only"> open</span>
    </span>
  )
}
