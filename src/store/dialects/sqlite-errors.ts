import { codeOf } from '../../lib/error-code.ts'
import { StoreError } from '../store.ts'

// https://www.sqlite.org/rescode.html: the low byte is the primary code
const BUSY = 5
const LOCKED = 6
const READONLY = 8
const IO = 10
const CORRUPT = 11
const FULL = 13
const CANTOPEN = 14
const NOT_A_DATABASE = 26

interface SqliteError extends Error {
  code: 'ERR_SQLITE_ERROR'
  errcode: number
}

export function isSqliteError(error: unknown): error is SqliteError {
  return codeOf(error) === 'ERR_SQLITE_ERROR' && error instanceof Error && 'errcode' in error
}

/** What went wrong with the database at `path`, and what to do about it; our own mistakes are left as they are. */
export function explainSqlite(error: unknown, path: string): unknown {
  const failed = (why: string) => new StoreError(why, { cause: error })
  if (isSqliteError(error)) {
    const code = error.errcode & 0xff
    if (code === FULL)
      return failed(`the disk of ${path} is full: nothing was changed; make room, Backproof goes on by itself`)
    if (code === BUSY || code === LOCKED)
      return failed(`${path} is locked by another program: end what else has it open (a copy, an SQL shell)`)
    if (code === READONLY)
      return failed(`${path} can't be written: give this user the right to write it and its directory`)
    if (code === NOT_A_DATABASE)
      return failed(`${path} is not a database of Backproof: point --data at another directory`)
    if (code === CORRUPT) return failed(corrupt(path, error.message))
    if (code === IO) return failed(`${path} can't be read or written (${error.message}): check its disk`)
    if (code === CANTOPEN)
      return failed(`${path} can't be opened: check that its directory exists and that this user may use it`)
    return error
  }
  const code = codeOf(error)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return failed(`${path} can't be written (${code}): give this user the right to write it and its directory`)
  if (code === 'ENOSPC' || code === 'EDQUOT') return failed(`the disk of ${path} is full: make room`)
  if (code?.startsWith('E')) return failed(`${path} can't be opened (${code})`)
  return error
}

export function corrupt(path: string, how: string): string {
  return (
    `${path} is damaged (${how.replace(/\s+/g, ' ')}): stop Backproof, move the file and its -wal and -shm away, and bring back a copy or start ` +
    'without: what the sources tell is found again, incidents and history are lost'
  )
}
