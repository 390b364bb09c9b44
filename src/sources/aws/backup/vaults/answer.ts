import { AwsError } from '../../fault.ts'

/** What was asked for, or why it could not be seen: one thing that is denied must not hide all others. */
export type Answer<T> = { value: T } | { unknown: string; advice: string | null }

/** Faults of one request. Any other would meet all the others too, and is thrown on. */
const OF_ONE: readonly string[] = ['denied', 'unreadable']
/** Of a service beside the one that the look is about: from some networks only that one can be reached. */
const OF_A_NEIGHBOUR: readonly string[] = [...OF_ONE, 'timeout', 'network', 'throttled', 'not-found']

/** The outcome of a request beside the main ones. */
export async function answerOf<T>(work: Promise<T>): Promise<Answer<T>> {
  return await unlessFault(work, OF_ONE)
}

/**
 * Asks a service beside the one that the look is about. Once it can't be reached, it is not asked again: each try would wait
 * for its time limit.
 */
export function neighbour(signal: AbortSignal): <T>(work: () => Promise<T>) => Promise<Answer<T>> {
  let gone: { unknown: string; advice: string | null } | null = null
  return async (work) => {
    if (gone) return gone
    return await unlessFault(work(), OF_A_NEIGHBOUR, ({ fault }) => {
      if (signal.aborted) return false
      if (!OF_ONE.includes(fault.kind)) gone = { unknown: fault.message, advice: fault.advice }
      return true
    })
  }
}

async function unlessFault<T>(
  work: Promise<T>,
  kinds: readonly string[],
  isBearable: (error: AwsError) => boolean = () => true,
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
