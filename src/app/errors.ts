/** A person asked for something that is not there; the message says what is. */
export class UsageError extends Error {
  override name = 'UsageError'
}
