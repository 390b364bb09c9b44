/** What was asked for by a filter, and came without regard to it, as of a stand-in of AWS. */
export class FilterIgnoredError extends Error {
  override name = 'FilterIgnoredError'
}
