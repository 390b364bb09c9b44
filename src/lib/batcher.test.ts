import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { BatcherClosedError, batcher } from './batcher.ts'

/** A commit that waits to be let go, and notes what it was given. */
function gate() {
  const batches: number[][] = []
  const doors: (() => void)[] = []
  return {
    batches,
    commit: async (items: number[]): Promise<string[]> => {
      batches.push(items)
      await new Promise<void>((resolve) => doors.push(resolve))
      if (items.includes(13)) throw new Error('the disk is full')
      return items.map((item) => `#${item}`)
    },
    open: async (): Promise<void> => {
      await turn()
      doors.shift()?.()
      await turn()
    },
  }
}

describe('group commit', () => {
  test('what arrives together is committed together, and each gets its own result', async () => {
    const { commit, batches, open } = gate()
    const { add } = batcher(commit, { maxItems: 100 })
    const results = Promise.all([1, 2, 3].map(add))
    await open()
    expect(await results).toEqual(['#1', '#2', '#3'])
    expect(batches).toEqual([[1, 2, 3]])
  })

  test('while a commit runs, the next batch gathers, and no two run at once', async () => {
    const { commit, batches, open } = gate()
    const { add } = batcher(commit, { maxItems: 100 })
    const first = add(1)
    await turn()
    const later = [add(2), add(3)]
    await turn()
    expect(batches).toEqual([[1]])
    await open()
    expect(await first).toBe('#1')
    expect(batches).toEqual([[1], [2, 3]])
    await open()
    expect(await Promise.all(later)).toEqual(['#2', '#3'])
  })

  test('no batch is larger than it may be, and order is kept', async () => {
    const { commit, batches, open } = gate()
    const { add } = batcher(commit, { maxItems: 2 })
    const results = Promise.all([1, 2, 3, 4, 5].map(add))
    for (let count = 0; count < 3; count++) await open()
    expect(await results).toEqual(['#1', '#2', '#3', '#4', '#5'])
    expect(batches).toEqual([[1, 2], [3, 4], [5]])
  })

  test('a failed commit rejects its own batch alone', async () => {
    const { commit, open } = gate()
    const { add } = batcher(commit, { maxItems: 2 })
    const results = Promise.allSettled([1, 2, 3, 13, 5].map(add))
    for (let count = 0; count < 3; count++) await open()
    expect((await results).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
    ])
  })

  test('a commit that throws at once, or loses results, is a failure and not a hang', async () => {
    const broken = batcher<number, number>(
      () => {
        throw new Error('no database')
      },
      { maxItems: 9 },
    )
    await expect(broken.add(1)).rejects.toThrow('no database')
    await expect(broken.add(2)).rejects.toThrow('no database')
    const forgetful = batcher<number, number>(async () => [1], { maxItems: 9 })
    const results = await Promise.allSettled([forgetful.add(1), forgetful.add(2)])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })

  test('close() commits what was taken, then takes nothing more', async () => {
    const { commit, batches, open } = gate()
    const { add, close } = batcher(commit, { maxItems: 2 })
    const results = Promise.all([1, 2, 3].map(add))
    const closed = close()
    await expect(add(4)).rejects.toThrow(BatcherClosedError)
    await open()
    await open()
    await closed
    expect(await results).toEqual(['#1', '#2', '#3'])
    expect(batches).toEqual([[1, 2], [3]])
    await close()
  })

  test('with maxWaitMs a batch is committed as soon as it is full, or at the close', async () => {
    const batches: number[][] = []
    const { add, close } = batcher<number, number>(
      async (items) => {
        batches.push(items)
        return items
      },
      // an hour: the test would never end if it waited for the timer
      { maxItems: 2, maxWaitMs: 3_600_000 },
    )
    await Promise.all([add(1), add(2)])
    expect(batches).toEqual([[1, 2]])
    const last = add(3)
    await close()
    expect(await last).toBe(3)
  })

  test('100,000 items', async () => {
    let commits = 0
    const { add } = batcher<number, number>(
      async (items) => {
        commits += 1
        return items.map((item) => item * 2)
      },
      { maxItems: 1000 },
    )
    const results = await Promise.all(Array.from({ length: 100_000 }, (_, index) => add(index)))
    expect(results.every((result, index) => result === index * 2)).toBe(true)
    expect(commits).toBe(100)
  })
})
