import { setImmediate } from 'node:timers/promises'

/** A long sum that can stop for a while wherever it yields, and ends with its result. */
export type Sum<T> = Generator<void, T, void>

const SLICE_MS = 8

/** Called between the steps of something long: lets others have the thread once it was held for some milliseconds. */
export function breather(sliceMs = SLICE_MS): () => Promise<void> | undefined {
  let until = performance.now() + sliceMs
  async function pause() {
    await setImmediate()
    until = performance.now() + sliceMs
  }
  return () => (performance.now() < until ? undefined : pause())
}

/** Does the sum in slices: answers to others don't wait for all of it. */
export async function inSlices<T>(sum: Sum<T>): Promise<T> {
  const breathe = breather()
  for (;;) {
    const step = sum.next()
    if (step.done) return step.value
    const pause = breathe()
    if (pause) await pause
  }
}

/** Does the sum at once. */
export function atOnce<T>(sum: Sum<T>): T {
  for (;;) {
    const step = sum.next()
    if (step.done) return step.value
  }
}
