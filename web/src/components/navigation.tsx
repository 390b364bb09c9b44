import { Link, useLocation } from '@tanstack/react-router'

/** In the order of the questions that one comes with. one: the page of one of these, where its address does not begin so. */
const ENTRIES = [
  { to: '/', label: 'Checks', one: '/check' },
  { to: '/services', label: 'Services', one: '/service' },
  { to: '/incidents', label: 'Incidents', one: null },
  { to: '/what-if', label: 'What if', one: null },
  { to: '/drills', label: 'Drills', one: null },
  { to: '/sources', label: 'Sources', one: null },
  { to: '/channels', label: 'Channels', one: null },
  { to: '/settings', label: 'Settings', one: null },
] as const

/** On a phone in two rows: all of it is in sight. */
export function Navigation({ openIncidents }: { openIncidents: number }) {
  const path = useLocation({ select: ({ pathname }) => pathname })
  return (
    <nav
      aria-label="Main"
      className="order-last -mx-2 grid w-[calc(100%+1rem)] grid-cols-4 sm:flex lg:order-none lg:mx-0 lg:w-auto"
    >
      {ENTRIES.map(({ to, label, one }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: to === '/', includeSearch: false }}
          {...(path === one && { 'aria-current': 'true' })}
          className="flex min-h-9 items-center justify-center gap-1.5 border-b-2 border-transparent px-1 text-[0.8125rem] font-medium text-muted hover:text-text [&[aria-current]]:border-accent [&[aria-current]]:text-text sm:min-h-11 sm:px-3 sm:text-sm"
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
