import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { anInstance } from '../../test/fakes/estate-instance.ts'
import type { Reception } from '../domain/news.ts'
import { Bell } from '../lib/bell.ts'
import type { NewsQueue, PullSource, QueuedNews } from '../sources/source.ts'
import { type NewsDesk, newsDesk } from '../tasks/news-desk.ts'
import { isPulled } from '../tasks/pulled.ts'
import { runNewsLoop } from './news-loop.ts'

/** A queue of somebody else's: what is not removed is handed out again. */
class PlayedQueue implements NewsQueue {
  readonly scope = 'fleet/main'
  messages: { receipt: string; reception: Reception; tries: number }[] = []
  fault: Error | null = null
  /** Answers that there is nothing at once, where others wait for something to come. */
  hasty = false
  closed = false
  asked = 0
  #wake: () => void = () => undefined

  beHasty(): void {
    this.hasty = true
    this.#wake()
  }

  put(receipt: string, reception: Reception): void {
    this.messages.push({ receipt, reception, tries: 0 })
    this.#wake()
  }

  async receive(signal: AbortSignal): Promise<QueuedNews[]> {
    this.asked += 1
    if (this.fault) throw this.fault
    if (this.messages.length === 0 && !this.hasty)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        signal.addEventListener('abort', () => resolve())
      })
    if (this.hasty) await new Promise((resolve) => setImmediate(resolve))
    for (const message of this.messages) message.tries += 1
    return this.messages.map((message) => ({ ...message }))
  }

  async remove(receipts: readonly string[]): Promise<void> {
    this.messages = this.messages.filter(({ receipt }) => !receipts.includes(receipt))
  }

  close(): void {
    this.closed = true
  }
}

let it_: Awaited<ReturnType<typeof anInstance>>
let desk: NewsDesk
let queues: PlayedQueue[]
let end: AbortController
let done: Promise<void>
const troubles = new Map<string, string>()
const changed = new Bell()

const news = (id: string, scope = 'fleet/main'): Reception => ({
  outcome: 'news',
  news: { id, scopes: [scope], happenedAt: null, about: 'a job has ended' },
})
const current = () => queues.at(-1) ?? expect.fail('there is no queue')

beforeEach(async () => {
  queues = []
  it_ = await anInstance()
  await withQueue()
  await it_.round()
  desk = newsDesk(it_.context)
  end = new AbortController()
  done = runNewsLoop(it_.context, desk, changed, end.signal, troubles)
  await expect.poll(() => queues).toHaveLength(1)
})
afterEach(async () => {
  end.abort()
  await done
  await it_.close()
})

/** The source's configuration anew, as after a reload. */
async function withQueue(has = true): Promise<void> {
  const sources = it_.context.config().sources.map((configured) => {
    if (!isPulled(configured)) return configured
    const source: PullSource = {
      ...configured.source,
      queue() {
        if (!has) return null
        queues.push(new PlayedQueue())
        return current()
      },
    }
    return { ...configured, source, config: {} }
  })
  await it_.configure({ sources })
  changed.ring()
}

async function isDue(): Promise<boolean> {
  const [scope] = await it_.store.read.scopes('fleet')
  return scope !== undefined && scope.nextLookAt <= it_.clock.now()
}

/** Lets whatever waits on the clock go on, until it is so. */
async function until(holds: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(async () => {
    await it_.clock.advance(1000)
    await holds()
  }, 30_000)
}

describe('a message of a queue', () => {
  it('is removed once its look is asked for, durably', async () => {
    expect(await isDue()).toBe(false)
    current().put('a', news('1'))
    await expect.poll(() => current().messages).toEqual([])
    expect(await isDue()).toBe(true)
  })

  it('stays while the database takes nothing', async () => {
    const { write } = it_.store
    it_.store.write = () => Promise.reject(new Error('the disk is full'))
    current().put('a', news('1'))
    await until(() => expect(desk.refused('fleet')[0]).toMatchObject({ outcome: 'unavailable' }))
    expect(current().messages).toHaveLength(1)
    it_.store.write = write
    await until(() => expect(current().messages).toEqual([]))
    expect(await isDue()).toBe(true)
  })

  it('that nobody understands is removed after five times, and told as dead', async () => {
    current().put('a', { outcome: 'refused', why: 'malformed', detail: 'what is it?' })
    await until(() => expect(current().messages).toEqual([]))
    expect(desk.refused('fleet').map(({ outcome }) => outcome)).toEqual([
      'dead',
      'malformed',
      'malformed',
      'malformed',
      'malformed',
    ])
    expect(await isDue()).toBe(false)
  })

  it('of nothing that is watched is removed too', async () => {
    current().put('a', news('1', 'fleet/elsewhere'))
    await expect.poll(() => current().messages).toEqual([])
    expect(await isDue()).toBe(false)
  })
})

describe('the queue itself', () => {
  it('is asked less and less while it is in trouble, which is told', async () => {
    current().fault = new Error('may not sqs:ReceiveMessage')
    current().put('a', news('1'))
    await until(() => expect(troubles.get('fleet')).toBe('may not sqs:ReceiveMessage'))
    await expect.poll(() => isDue()).toBe(true)
    current().put('b', news('2'))
    for (let minute = 0; minute < 60; minute++) {
      await it_.clock.advance(60_000)
      await expect.poll(() => it_.clock.wakeups.length).toBeGreaterThan(1)
    }
    expect(current().asked).toBeGreaterThan(10)
    expect(current().asked).toBeLessThan(25)
    current().fault = null
    await until(async () => {
      await it_.clock.advance(300_000)
      expect(current().messages).toEqual([])
    })
    await expect.poll(() => [...troubles]).toEqual([])
  })

  it('that answers at once that there is nothing is asked once a second', async () => {
    current().beHasty()
    await expect.poll(() => it_.clock.wakeups.length).toBeGreaterThan(1)
    for (let second = 0; second < 20; second++) {
      await it_.clock.advance(1000)
      await expect.poll(() => it_.clock.wakeups.length).toBeGreaterThan(1)
    }
    expect(current().asked).toBeGreaterThan(15)
    expect(current().asked).toBeLessThan(25)
    expect([...troubles]).toEqual([])
    current().put('a', news('1'))
    await until(() => expect(current().messages).toEqual([]))
  })

  it('is opened anew with a new configuration, and closed with one that has none', async () => {
    await withQueue()
    await expect.poll(() => queues).toHaveLength(2)
    await expect.poll(() => queues.map(({ closed }) => closed)).toEqual([true, false])
    await withQueue(false)
    await expect.poll(() => queues.map(({ closed }) => closed)).toEqual([true, true])
  })
})
