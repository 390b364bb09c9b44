import type { Clock } from './clock.ts'

/** Wakes a loop that waits: a ring while nobody waits is kept for the next wait, several rings are one. */
export class Bell {
  #rung = false
  #wake: (() => void) | null = null

  ring(): void {
    this.#rung = true
    this.#wake?.()
  }

  /** Resolves at a ring, after `ms`, or when the signal aborts: whether it rang. */
  async wait(ms: number, clock: Clock, signal: AbortSignal): Promise<boolean> {
    if (!this.#rung && !signal.aborted) {
      const enough = new AbortController()
      this.#wake = () => enough.abort()
      await clock.sleep(ms, AbortSignal.any([signal, enough.signal]))
      this.#wake = null
    }
    const rang = this.#rung
    this.#rung = false
    return rang
  }
}
