import { AwsError } from './fault.ts'

/**
 * All pages of a list, one request each. Throws AwsError where the service hands out the same mark twice: it would never
 * end, and a list that can't be read whole must not pass for one.
 */
export async function* pages<P>(
  what: string,
  request: (mark: string | undefined) => Promise<{ items: P; next: string | undefined }>,
): AsyncGenerator<P> {
  const seen = new Set<string>()
  let mark: string | undefined
  for (;;) {
    const { items, next } = await request(mark)
    yield items
    if (!next) return
    if (seen.has(next))
      throw new AwsError(
        'unreadable',
        `${what} goes in circles: AWS gave the same page mark twice.`,
        'Check the endpoint.',
      )
    seen.add(next)
    mark = next
  }
}

/**
 * The items of an answer that has a list, empty or not. The SDK takes whatever is answered with success (the page of a
 * proxy) for an answer without one: believed, it would make everything missing.
 */
export function listed<T>(items: readonly T[] | undefined, action: string): readonly T[] {
  if (items !== undefined) return items
  const message = `${action} was answered by something that is no list: not by AWS, it seems.`
  throw new AwsError('unreadable', message, 'Look for a proxy or a login page in the way, and check the endpoint.')
}
