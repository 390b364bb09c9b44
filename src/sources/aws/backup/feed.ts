/** A kind of job, as AWS Backup can be asked for it. */
export interface JobList<J> {
  /** Those that were created after an instant (epoch milliseconds), in any state. */
  since(at: number): AsyncGenerator<readonly J[]>
  /** Null: it is not known any more. */
  one(id: string): Promise<J | null>
}

/** Up to where the jobs of one kind have been read. */
export interface Feed {
  /** Epoch milliseconds of the last read; null: none yet. */
  readAt: number | null
  /** Those that had not ended then, with the instants of their creation. */
  open: Map<string, number>
  /** How many there are a day, as far as is known. */
  aDay: number
}

export const newFeed = (): Feed => ({ readAt: null, open: new Map(), aDay: 0 })

const DAY_MS = 86_400_000
/** So far back goes the list of jobs: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListBackupJobs.html */
export const JOBS_REACH_MS = 30 * DAY_MS
/** A job may appear in the list some time after it was created, and clocks differ. */
const OVERLAP_MS = 30 * 60_000
const PAGE = 1000

/**
 * Takes each job that is new since the last read, and each that had not ended then: nothing that was created before and has
 * ended since is missed. They are listed from the oldest of these on; where asking for the old ones one by one is fewer
 * requests, so. The first read takes all that there is.
 */
export async function readJobs<J extends { id: string; createdAt: number; isOver: boolean }>(
  list: JobList<J>,
  feed: Feed,
  now: number,
  take: (job: J) => void,
): Promise<void> {
  const reach = now - JOBS_REACH_MS
  // a clock that has jumped back knows nothing of what was read
  const before = feed.readAt !== null && feed.readAt <= now ? feed.readAt : null
  const recent = before === null ? reach : Math.max(before - OVERLAP_MS, reach)
  const old = [...feed.open].filter(([, createdAt]) => createdAt <= recent)
  const oldest = Math.max(Math.min(recent, ...old.map(([, createdAt]) => createdAt - 1000)), reach)
  const more = Math.ceil((feed.aDay * (recent - oldest)) / DAY_MS / PAGE)
  const oneByOne = more > old.length

  let count = 0
  const open = new Map<string, number>()
  const see = (job: J) => {
    if (!job.isOver) open.set(job.id, job.createdAt)
    take(job)
  }
  for await (const page of list.since(oneByOne ? recent : oldest))
    for (const job of page) {
      count += 1
      see(job)
    }
  if (oneByOne)
    for (const [id] of old) {
      const job = await list.one(id)
      if (job) see(job)
    }
  feed.open = open
  feed.readAt = now
  if (before === null) feed.aDay = (count * DAY_MS) / JOBS_REACH_MS
}
