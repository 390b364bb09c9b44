import { Link } from '@tanstack/react-router'
import { Icon } from '../ui/icon.tsx'
import type { ServicesSearch } from './service-search.ts'

let newest: ServicesSearch = {}

/** The list as it was last looked at: its filters are not lost by a look at one of them. */
export function rememberServices(search: ServicesSearch): void {
  newest = search
}

export function ServiceBackLink() {
  return (
    <Link
      to="/services"
      search={newest}
      className="inline-flex items-center gap-1 text-sm text-accent underline-offset-2 hover:underline"
    >
      <Icon name="back" className="size-3.5" />
      Services
    </Link>
  )
}
