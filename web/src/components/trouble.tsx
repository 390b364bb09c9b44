import { ApiError } from '../api/client.ts'
import { Notice } from '../ui/notice.tsx'

/** What went wrong with what should stand here. That nothing answers at all is said above the page already. */
export function Trouble({ error, what }: { error: Error; what: string }) {
  if (error instanceof ApiError && error.status === 401) return null
  return (
    <Notice tone="missing" icon="failed" title={`${what} could not be read`}>
      {error.message}
    </Notice>
  )
}

export function Loading({ what }: { what: string }) {
  return (
    <p role="status" className="px-4 py-12 text-center text-sm text-muted">
      Reading {what} …
    </p>
  )
}
