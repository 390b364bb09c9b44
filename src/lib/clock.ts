/** Epoch milliseconds and timers, so that shells can be run on a fake clock. Pure code takes `now` instead. */
export interface Clock {
  now(): number
  /** Resolves after `ms`, or at once (never rejecting) when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      // setTimeout overflows past 2^31-1 ms and would fire at once
      const timer = setTimeout(done, Math.min(Math.max(0, ms), 2_147_483_647))
      function done() {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      signal?.addEventListener('abort', done)
    }),
}
