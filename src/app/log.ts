import pino from 'pino'
import { z } from 'zod'
import type { Log } from '../lib/log.ts'
import { printable } from '../lib/printable.ts'
import { redact } from '../lib/redact.ts'
import { UsageError } from './errors.ts'

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

/** JSON lines on standard error, or readable lines on a terminal; secrets masked in whatever is logged. */
export function createLog(
  stream: NodeJS.WriteStream = process.stderr,
  level = process.env.BACKPROOF_LOG_LEVEL ?? 'info',
): Log {
  if (!LEVELS.includes(level))
    throw new UsageError(`BACKPROOF_LOG_LEVEL=${level}: there is no such level; there are: ${LEVELS.join(', ')}`)
  // who reads the log may go away: that is no reason to stop watching
  if (stream.listenerCount('error') === 0) stream.on('error', () => undefined)
  const destination = { write: (line: string) => void stream.write(stream.isTTY ? readable(line) : redact(line)) }
  return pino(
    {
      level,
      base: { pid: process.pid },
      formatters: { level: (label) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    destination,
  )
}

function readable(line: string): string {
  const { level, time, msg, pid: _pid, ...fields } = z.record(z.string(), z.unknown()).parse(JSON.parse(line))
  const rest = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const text = `${String(time).slice(11, 19)} ${String(level).padEnd(5)} ${String(msg)}${rest.length > 0 ? `  ${rest.join(' ')}` : ''}`
  // names come from outside, and a terminal obeys what is in them; the lines of a message stay lines
  return `${redact(text).split('\n').map(printable).join('\n')}\n`
}
