import { readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LookError, lookError, shown } from './look-error.ts'

/**
 * A network mount whose server has gone leaves each system call hanging, uninterruptible, with one of Node's few I/O
 * threads in it: a handful of them, and the whole process stands still. So each mount is asked one question first, by one
 * call at a time for all looks; while it has no answer, nobody asks anything else.
 */
const asked = new Map<string, Promise<unknown>>()

/** Runs `work` on files below `path` once its mount answers. Rejects with LookError at the abort, even if `work` hangs. */
export async function onLiveMount<T>(
  path: string,
  signal: AbortSignal,
  work: (mount: Mount) => Promise<T>,
): Promise<T> {
  const mount = mountOf(path)
  await orAbort(
    ask(mount.point, () => stat(mount.point)),
    mount.point,
    signal,
  )
  const result = work(mount)
  // if it hangs from here on, it is the question that the next look finds unanswered
  return orAbort(result, mount.point, signal, () => {
    void ask(mount.point, () => result)
  })
}

function ask(mount: string, question: () => Promise<unknown>): Promise<unknown> {
  const pending = asked.get(mount)
  if (pending) return pending
  // how it ends is for the work itself to see, on its own path
  const answer = question().then(
    () => asked.delete(mount),
    () => asked.delete(mount),
  )
  asked.set(mount, answer)
  return answer
}

function orAbort<T>(work: Promise<T>, mount: string, signal: AbortSignal, onAbort?: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = () => {
      onAbort?.()
      reject(
        new LookError({
          kind: 'timeout',
          message: `The file system at ${shown(mount)} did not answer within the time limit.`,
          advice: 'Look whether its server answers; for a very large folder raise `timeout` of the source.',
        }),
      )
    }
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted))
    if (signal.aborted) aborted()
    else signal.addEventListener('abort', aborted, { once: true })
  })
}

export interface Mount {
  point: string
  /** Whether it is on this machine's own disks or memory: it is unlikely to hang. */
  isLocal: boolean
}

const LOCAL = /^(?:ext[234]|xfs|btrfs|zfs|bcachefs|f2fs|jfs|overlay|tmpfs|ramfs|vfat|exfat|ntfs3|iso9660|squashfs)$/

/** What an absolute path is mounted on, told without touching the file system; the path itself where nobody knows. */
export function mountOf(path: string, table: string | null = mountTable()): Mount {
  let best: Mount = { point: '', isLocal: false }
  for (const line of (table ?? '').split('\n')) {
    // https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html: the fifth field, with blanks as \040; the type after " - "
    const fields = line.split(' ')
    const point = fields[4]?.replace(/\\([0-7]{3})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 8)),
    )
    if (point === undefined || point.length < best.point.length) continue
    // of several on the same point, the last one hides the others
    if (point === '/' || path === point || path.startsWith(`${point}/`))
      best = { point, isLocal: LOCAL.test(fields[fields.indexOf('-') + 1] ?? '') }
  }
  return best.point ? best : { point: path, isLocal: false }
}

function mountTable(): string | null {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8')
  } catch {
    // not Linux: each path is then asked on its own
    return null
  }
}

/** Throws LookError unless something is mounted at `path`: an empty mount point looks like a folder whose dumps are gone. */
export async function requireMount(path: string): Promise<void> {
  try {
    const [inside, outside] = [await stat(path), await stat(dirname(path))]
    if (inside.dev !== outside.dev || path === '/') return
  } catch (error) {
    throw lookError(error, path)
  }
  throw new LookError({
    kind: 'not-found',
    message: `Nothing is mounted at ${shown(path)}.`,
    advice: 'Mount it; where it is a folder of the same file system (a bind mount), leave out `mount_point`.',
  })
}
