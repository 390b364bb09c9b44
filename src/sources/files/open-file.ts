import { constants } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { LookError, shown } from './look-error.ts'

/**
 * Opens a regular file for reading. Devices are not even opened (a tape would rewind), and what has become a pipe in the
 * meantime is not waited for: https://man7.org/linux/man-pages/man7/fifo.7.html. Throws LookError and the system's errors.
 */
async function openFile(path: string): Promise<FileHandle> {
  if (!(await stat(path)).isFile()) throw notRegular(path)
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  if ((await handle.stat()).isFile()) return handle
  await handle.close()
  throw notRegular(path)
}

function notRegular(path: string): LookError {
  return new LookError({
    kind: 'unreadable',
    message: `${shown(path)} is not a regular file.`,
    advice: 'Name a file; folders, pipes and devices are not read.',
  })
}

/** Opens, reads and closes a regular file. Throws as openFile does. */
export async function withFile<T>(path: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await openFile(path)
  try {
    return await work(handle)
  } finally {
    await handle.close()
  }
}

/** A small file's whole text; null: it is larger than `maxBytes`. Throws as openFile does. */
export function readSmall(path: string, maxBytes: number): Promise<string | null> {
  return withFile(path, async (handle) => {
    const { size } = await handle.stat()
    if (size > maxBytes) return null
    const buffer = Buffer.alloc(size)
    let filled = 0
    for (let got = -1; got !== 0; filled += got) {
      got = (await handle.read(buffer, filled, size - filled, filled)).bytesRead
    }
    return buffer.toString('utf8', 0, filled)
  })
}
