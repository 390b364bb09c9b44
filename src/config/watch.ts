import { type FSWatcher, statSync, watch } from 'node:fs'
import type { Clock } from '../lib/clock.ts'
import type { Config, ReadFiles } from './config.ts'
import type { Problem } from './problem.ts'

/** Editors write, rename and set attributes in a burst: reading waits until it is over. */
const QUIET_MS = 250
/** Where a directory can't be watched (limits, odd file systems), it is looked at instead. */
const POLL_MS = 30_000

type Loaded = { config: Config } | { problems: readonly Problem[]; read?: ReadFiles }

export interface WatchOptions {
  /** The configuration in force. */
  config: Config
  /** Reads and validates it anew. */
  load(): Loaded | Promise<Loaded>
  /** A good new configuration; an error of it is the caller's, and ends the watch. */
  onConfig(config: Config): void | Promise<void>
  /** The new one is refused: what was in force stays. */
  onProblems(problems: readonly Problem[]): void
  clock: Clock
  signal: AbortSignal
}

export interface ConfigWatch {
  /** Reads it now, whether or not a file has changed (SIGHUP). */
  reload(): void
  /** Settles when the signal aborts and everything is closed. */
  done: Promise<void>
}

/** Applies the configuration anew when one of its files changes, and on demand. A bad one changes nothing. */
export function watchConfig(options: WatchOptions): ConfigWatch {
  const watching = new Watching(options)
  return { reload: () => watching.wake('asked'), done: watching.run() }
}

class Watching {
  readonly #options: WatchOptions
  readonly #watchers = new Map<string, { inode: bigint | null; watcher: FSWatcher }>()
  #polls = false
  #asked = false
  #changed = false
  #events = 0
  #wake: () => void = () => {}
  /** Of the text that was read last; null: not known. */
  #digest: string | null = null

  constructor(options: WatchOptions) {
    this.#options = options
    this.#digest = options.config.read?.digest ?? null
    this.#watch(options.config.read?.directories ?? [])
  }

  wake(why: 'asked' | 'changed'): void {
    if (why === 'asked') this.#asked = true
    else this.#changed = true
    this.#events++
    this.#wake()
  }

  async run(): Promise<void> {
    const { signal } = this.#options
    try {
      while (!signal.aborted) {
        await this.#wait()
        if (signal.aborted) return
        const asked = this.#asked
        ;[this.#asked, this.#changed] = [false, false]
        await this.#reload(asked)
      }
    } finally {
      for (const { watcher } of this.#watchers.values()) watcher.close()
    }
  }

  /** Until it is asked for, or files have changed and are quiet again. */
  async #wait(): Promise<void> {
    const { clock, signal } = this.#options
    while (!signal.aborted && !this.#asked) {
      const events = this.#events
      if (this.#changed || this.#polls) {
        await this.#sleepOr(this.#changed ? QUIET_MS : POLL_MS, clock, signal)
        if (this.#events === events) return
      } else {
        await this.#sleepOr(null, clock, signal)
      }
    }
  }

  /** Resolves after `ms` (null: never), on the next event, or on abort; leaves no timer. */
  async #sleepOr(ms: number | null, clock: Clock, signal: AbortSignal): Promise<void> {
    const stop = new AbortController()
    const either = AbortSignal.any([signal, stop.signal])
    this.#wake = () => stop.abort()
    if (ms === null) {
      await new Promise<void>((resolve) => {
        if (either.aborted) resolve()
        else either.addEventListener('abort', () => resolve(), { once: true })
      })
    } else await clock.sleep(ms, either)
    this.#wake = () => {}
  }

  async #reload(asked: boolean): Promise<void> {
    const loaded = await this.#options.load()
    const read = 'config' in loaded ? loaded.config.read : loaded.read
    if (read) this.#watch(read.directories)
    // other files lie in these directories too
    if (!asked && read && read.digest === this.#digest) return
    this.#digest = read?.digest ?? null
    if ('problems' in loaded) this.#options.onProblems(loaded.problems)
    else await this.#options.onConfig(loaded.config)
  }

  /**
   * Directories are watched, not files: an editor that writes a new file and renames it leaves a watch on a file behind, and
   * Kubernetes swaps a link beside it.
   */
  #watch(directories: readonly string[]): void {
    this.#polls = false
    const inodes = new Map(directories.map((directory) => [directory, inodeOf(directory)]))
    for (const [directory, { inode, watcher }] of this.#watchers) {
      // a directory that was made anew is another one, which this watch knows nothing of
      if (inodes.get(directory) === inode) continue
      watcher.close()
      this.#watchers.delete(directory)
    }
    for (const [directory, inode] of inodes) if (!this.#watchers.has(directory)) this.#watchOne(directory, inode)
  }

  #watchOne(directory: string, inode: bigint | null): void {
    const fail = () => {
      // it may come to be, or the system has no watches left: polling finds out
      this.#polls = true
    }
    try {
      const watcher = watch(directory, { persistent: false }, () => this.wake('changed'))
      watcher.on('error', () => {
        watcher.close()
        this.#watchers.delete(directory)
        fail()
        this.wake('changed')
      })
      this.#watchers.set(directory, { inode, watcher })
    } catch {
      fail()
    }
  }
}

function inodeOf(directory: string): bigint | null {
  return statSync(directory, { bigint: true, throwIfNoEntry: false })?.ino ?? null
}
