/** A person asked for something that is not there; the message says what is. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** Something that is needed is not to be had now: an address, a disk. The message says what to do. */
export class UnavailableError extends Error {
  override name = 'UnavailableError'
}
