import { styleText } from 'node:util'
import type { CheckStatus } from '../domain/status.ts'

/** Exit statuses, as sysexits(3) and the Nagios plugin guidelines have them. */
export const EXIT = {
  ok: 0,
  bad: 1,
  error: 3,
  usage: 64,
  unavailable: 69,
  internal: 70,
  temporary: 75,
  config: 78,
  interrupted: 130,
} as const

export type Style = Parameters<typeof styleText>[0]

/** Colours only on a terminal, and never where NO_COLOR asks for none (https://no-color.org). */
export function paint(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return stream.isTTY && !process.env.NO_COLOR ? styleText(style, text, { validateStream: false }) : text
}

export const STATUS_STYLE: Record<CheckStatus, Style> = {
  ok: 'green',
  due: 'cyan',
  stale: 'yellow',
  missing: 'red',
  failed: 'red',
  error: 'magenta',
  paused: 'gray',
}

/** One line on a terminal that is written over as work goes on; silent in pipes. */
export function progressLine(stream: NodeJS.WriteStream = process.stderr) {
  return {
    show(text: string): void {
      if (stream.isTTY) stream.write(`\r\u001b[2K${text.slice(0, (stream.columns ?? 80) - 1)}`)
    },
    clear(): void {
      if (stream.isTTY) stream.write('\r\u001b[2K')
    },
  }
}

/** What goes wrong where a person can do something about it: shown as it is, without a stack. */
export class CliError extends Error {
  override name = 'CliError'
  readonly exitStatus: number

  constructor(message: string, exitStatus: number) {
    super(message)
    this.exitStatus = exitStatus
  }
}

/** Aborts at SIGINT and SIGTERM; a second one ends the process at once. */
export function interruption(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(EXIT.interrupted)
      controller.abort(signal)
    })
  return controller.signal
}

/** Writes to standard output, waiting where a pipe is full; a pipe that is closed early ends the program quietly. */
export function print(text: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (!error) resolve()
      else if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(EXIT.ok)
      else reject(error)
    })
  })
}

/** Of an option that may be given several times: all of its values. */
export const several = (value: string, before: string[]): string[] => [...before, value]
