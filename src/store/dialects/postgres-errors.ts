import { codeOf } from '../../lib/error-code.ts'
import { redact } from '../../lib/redact.ts'
import { StoreError } from '../store.ts'

/** Serialization failure, deadlock, and a row that another transaction has just made: https://www.postgresql.org/docs/15/errcodes-appendix.html */
const AGAIN = new Set(['40001', '40P01', '23505'])

const ADVICE: Readonly<Record<string, string>> = {
  '28P01': 'the password is wrong',
  '28000': 'this user may not log in from here: see pg_hba.conf',
  '3D000': 'there is no such database: create it',
  '42501': "the user may not do this: make it the owner of the database's schema",
  '53100': 'its disk is full: make room, Backproof goes on by itself',
  '53300': 'it has no more connections: raise max_connections',
  '25006': 'it is a standby or read-only: give the address of the primary',
  '57P01': 'it is being shut down',
  '57P03': 'it is starting up',
  ECONNREFUSED: 'nothing answers there: is it running, and is the port right?',
  ENOTFOUND: 'the host name is not known',
  ENOENT: 'there is no such socket: is it running?',
  ETIMEDOUT: 'it does not answer',
  ECONNRESET: 'it broke the connection',
  EPIPE: 'it broke the connection',
}

/** The driver's own words, which have no code. */
const BROKEN = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error',
  'Cannot use a pool after calling end',
]

export function inTheWay(error: unknown): boolean {
  return AGAIN.has(codeOf(error) ?? '')
}

/** What went wrong with the database, and what to do about it; our own mistakes are left as they are. */
export function explainPostgres(error: unknown, where: string): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error
  const code = codeOf(error) ?? ''
  const advice = ADVICE[code]
  if (advice)
    return new StoreError(`${where} can't be used: ${advice} (${redact(error.message) || code})`, { cause: error })
  const broken = code.startsWith('08') || code.startsWith('XX') || code.startsWith('53') || code.startsWith('58')
  if (broken || BROKEN.some((words) => error.message.startsWith(words)))
    return new StoreError(`${where} can't be used: ${redact(error.message)}`, { cause: error })
  return error
}

/** The address without its password. */
export function whereOf(url: string): string {
  try {
    const { host, pathname, searchParams } = new URL(url)
    return `PostgreSQL at ${host || searchParams.get('host') || 'localhost'}${pathname}`
  } catch (cause) {
    throw new StoreError(
      "the database's address can't be read: write postgres://USER:PASSWORD@HOST:5432/DATABASE, special characters as %XX",
      { cause },
    )
  }
}
