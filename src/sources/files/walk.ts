import type { Dir, Dirent } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { codeOf } from '../../lib/error-code.ts'
import { accepts, enter, type Glob, type GlobState, startOf } from './glob.ts'
import { LookError, lookError } from './look-error.ts'

/**
 * The paths, relative to `root`, of what the pattern matches and is no folder. Links to folders are not followed, so no
 * loop is possible. Holds the folders that are still to be read, never the files. Throws LookError.
 */
export async function* walk(root: string, glob: Glob, signal: AbortSignal): AsyncGenerator<string> {
  const folders: { relative: string; state: GlobState }[] = [{ relative: '', state: startOf(glob) }]
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    const path = folder.relative === '' ? root : `${root}/${folder.relative}`
    const dir = await openFolder(path, folder.relative === '')
    if (!dir) continue
    try {
      for await (const entry of dir) {
        if (signal.aborted) return
        const relative = folder.relative === '' ? entry.name : `${folder.relative}/${entry.name}`
        const below = enter(glob, folder.state, entry.name)
        const accepted = accepts(glob, folder.state, entry.name)
        if (!below && !accepted) continue
        if (await isFolder(entry, `${path}/${entry.name}`)) {
          if (below) folders.push({ relative, state: below })
        } else if (accepted) yield relative
      }
    } catch (error) {
      throw lookError(error, path)
    }
  }
}

/** Null: a folder below the root that has gone since it was listed. */
async function openFolder(path: string, isRoot: boolean): Promise<Dir | null> {
  try {
    return await opendir(path, { bufferSize: 512 })
  } catch (error) {
    if (!isRoot && (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR')) return null
    throw lookError(error, path)
  }
}

async function isFolder(entry: Dirent, path: string): Promise<boolean> {
  // what Node could not decode can't be asked for by its name, and would look as if it had just been deleted
  if (entry.name.includes('\ufffd')) await refuseUndecodable(path)
  if (entry.isDirectory()) return true
  if (entry.isFile() || entry.isSymbolicLink() || entry.isFIFO() || entry.isSocket()) return false
  if (entry.isBlockDevice() || entry.isCharacterDevice()) return false
  // some file systems do not say what an entry is: https://man7.org/linux/man-pages/man3/readdir.3.html
  try {
    return (await lstat(path)).isDirectory()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

async function refuseUndecodable(path: string): Promise<void> {
  try {
    await lstat(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    const fault = {
      kind: 'unreadable',
      message: `A name that matches is not UTF-8: ${path}.`,
      advice: 'Rename it (convmv does), or choose a pattern that leaves it out.',
    } as const
    throw new LookError(fault, error)
  }
}
