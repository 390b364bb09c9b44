import fc from 'fast-check'
import { expect, it } from 'vitest'
import { JOBS_REACH_MS, newFeed, readJobs } from './feed.ts'

const HOUR = 3_600_000
const REACH_HOURS = JOBS_REACH_MS / HOUR

const job = fc.record({ createdAt: fc.integer({ min: 0, max: 1500 }), takes: fc.integer({ min: 0, max: 300 }) })

it('whatever jobs there are, and whenever looks come, the end of none is missed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(job, { maxLength: 40 }),
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 }),
      // so many jobs a day that asking one by one is sometimes fewer requests
      fc.constantFrom(0, 500, 50_000),
      async (jobs, pauses, aDay) => {
        const feed = newFeed()
        const seenOver = new Set<string>()
        let now = 0
        const at = (one: (typeof jobs)[number], index: number) => ({
          id: String(index),
          createdAt: one.createdAt * HOUR,
          isOver: one.createdAt + one.takes <= now,
        })
        const there = () =>
          jobs.map(at).filter(({ createdAt }) => createdAt <= now * HOUR && createdAt > (now - REACH_HOURS) * HOUR)
        for (const pause of pauses) {
          now += pause
          await readJobs(
            {
              async *since(from) {
                yield there().filter(({ createdAt }) => createdAt > from)
              },
              one: (id) => Promise.resolve(there().find((each) => each.id === id) ?? null),
            },
            feed,
            now * HOUR,
            ({ id, isOver }) => {
              if (isOver) seenOver.add(id)
            },
          )
          feed.aDay = Math.max(feed.aDay, aDay)
          for (const { id, isOver } of there()) if (isOver) expect(seenOver).toContain(id)
          const running = there().filter(({ isOver }) => !isOver)
          expect([...feed.open.keys()].sort()).toEqual(running.map(({ id }) => id).sort())
        }
      },
    ),
    { numRuns: 300 },
  )
})
