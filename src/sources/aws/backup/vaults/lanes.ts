/** Requests side by side. AWS Backup publishes no limits of these calls; what it throttles is asked again more slowly. */
const LANES = 4

/** Does `work` for each item, a few at a time; the results are in the order of the items. The first error ends it. */
export async function inLanes<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const left = items.entries()
  const lane = async () => {
    for (const [index, item] of left) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(LANES, items.length) }, lane))
  return results
}
