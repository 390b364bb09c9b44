import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { Button } from '../ui/button.tsx'

/** Reads on: nothing is ever loaded whole. */
export function More<T>({ query, what }: { query: UseInfiniteQueryResult<InfiniteData<T>>; what: string }) {
  if (!query.hasNextPage) return null
  return (
    <div className="border-t border-line p-3 text-center">
      <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {query.isFetchingNextPage ? 'Loading …' : `Load more ${what}`}
      </Button>
    </div>
  )
}
