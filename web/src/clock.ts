import { useSyncExternalStore } from 'react'

/**
 * The server's clock, as far as we know it: ages are told by it, so that a phone whose clock is wrong tells no wrong ages.
 * Differences below two seconds are the network's.
 */
let skewMs = 0
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

export function heardServerTime(iso: string): void {
  const skew = Date.parse(iso) - Date.now()
  if (Number.isNaN(skew)) return
  const next = Math.abs(skew) < 2000 ? 0 : skew
  if (Math.abs(next - skewMs) < 2000) return
  skewMs = next
  for (const listener of listeners) listener()
}

/** Epoch milliseconds by the server's clock. */
const now = () => Date.now() + skewMs

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    for (const tell of listeners) tell()
  }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** What `read` makes of the present moment. It renders again only when that changes: give texts and numbers, not objects. */
export function useNow<T extends string | number | boolean | null>(read: (now: number) => T): T {
  return useSyncExternalStore(subscribe, () => read(now()))
}
