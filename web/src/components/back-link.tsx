import { Link } from '@tanstack/react-router'
import { Icon } from '../ui/icon.tsx'
import type { ListSearch } from './search.ts'

let newest: ListSearch = {}

/** The list of checks as it was last looked at: its filters are not lost by a look at one of them. */
export function rememberList(search: ListSearch): void {
  newest = search
}

const STYLE = 'inline-flex items-center gap-1 text-sm text-accent hover:underline underline-offset-2'

export function BackLink({ to = '/' }: { to?: '/' | '/incidents' }) {
  return to === '/' ? (
    <Link to="/" search={newest} className={STYLE}>
      <Icon name="back" className="size-3.5" />
      Checks
    </Link>
  ) : (
    <Link to={to} className={STYLE}>
      <Icon name="back" className="size-3.5" />
      Incidents
    </Link>
  )
}
