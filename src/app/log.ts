import pino from 'pino'
import { z } from 'zod'
import type { Log } from '../lib/log.ts'
import { redact } from '../lib/redact.ts'

/** JSON lines on standard error, or readable lines on a terminal; secrets masked in whatever is logged. */
export function createLog(
  stream: NodeJS.WriteStream = process.stderr,
  level = process.env.BACKPROOF_LOG_LEVEL ?? 'info',
): Log {
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
  return redact(
    `${String(time).slice(11, 19)} ${String(level).padEnd(5)} ${String(msg)}${rest.length > 0 ? `  ${rest.join(' ')}` : ''}\n`,
  )
}
