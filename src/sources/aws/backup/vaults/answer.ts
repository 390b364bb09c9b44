import { AwsError } from '../../fault.ts'

export interface Unseen {
  unknown: string
  advice: string | null
}

/** What was asked for, or why it could not be seen: one thing that is denied must not hide all others. */
export type Answer<T> = { value: T } | Unseen

/** With what it was when it could last be seen. */
export type Remembered<T> = { value: T } | (Unseen & { before?: T })

export function lastKnown<T>(answer: Remembered<T>): T | undefined {
  return 'value' in answer ? answer.value : answer.before
}

/** Faults of one request. Any other would meet all the others too, and is thrown on. */
const OF_ONE: readonly string[] = ['denied', 'unreadable']
/** Faults that pass, or that lie in the way to a service beside the one that the look is about. */
const OF_MANY: readonly string[] = [...OF_ONE, 'timeout', 'network', 'throttled', 'not-found']

/** Whether it says nothing of what was asked for, and is over soon. */
export const isPassing = (error: unknown): error is AwsError =>
  error instanceof AwsError && ['timeout', 'network', 'throttled'].includes(error.fault.kind)

export interface Beside {
  ask<T>(work: () => Promise<T>): Promise<Answer<T>>
  /** Why it is not asked any more; null: it is. */
  cutBy(): AwsError | null
}

/**
 * Asks for what stands beside the main thing, or a service beside the one that the look is about. Once that can't be reached,
 * or asks to be called less often, it is not asked again: each try would wait for its time limit.
 */
export function beside(signal: AbortSignal): Beside {
  let cutBy: AwsError | null = null
  return {
    async ask(work) {
      if (cutBy) return { unknown: cutBy.fault.message, advice: cutBy.fault.advice }
      return await unlessFault(work(), OF_MANY, (error) => {
        if (signal.aborted) return false
        if (!OF_ONE.includes(error.fault.kind)) cutBy = error
        return true
      })
    },
    cutBy: () => cutBy,
  }
}

async function unlessFault<T>(
  work: Promise<T>,
  kinds: readonly string[],
  isBearable: (error: AwsError) => boolean,
): Promise<Answer<T>> {
  try {
    return { value: await work }
  } catch (error) {
    if (!(error instanceof AwsError) || !kinds.includes(error.fault.kind) || !isBearable(error)) throw error
    return { unknown: error.fault.message, advice: error.fault.advice }
  }
}

/** `null` where AWS says that there is no such thing. */
export async function unlessAbsent<T>(work: Promise<T>, ...codes: string[]): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (error instanceof AwsError && error.code !== null && codes.includes(error.code)) return null
    throw error
  }
}

/**
 * What an answer must hold. The SDK takes whatever comes with success (half an answer, the page of a proxy) for one that
 * holds nothing: believed, a key would be gone.
 */
export function told<T>(value: T | undefined, action: string): T {
  if (value !== undefined) return value
  const message = `${action} was answered by something that does not say what was asked for: not by AWS, it seems.`
  throw new AwsError('unreadable', message, 'Look for a proxy or a login page in the way, and check the endpoint.')
}
