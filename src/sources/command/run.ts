import { resolve } from 'node:path'
import type { FaultKind, SourceFault } from '../../domain/source-fault.ts'
import { formatBytes } from '../../lib/bytes.ts'
import { formatDuration } from '../../lib/duration.ts'
import { ExecError, exec } from '../../lib/exec.ts'
import { redact } from '../../lib/redact.ts'
import { SecretError } from '../../lib/secret.ts'
import type { ScanContext } from '../source.ts'
import type { Command } from './config.ts'

const DEFAULT_TIMEOUT_MS = 30_000
const DEFAULT_MAX_OUTPUT_BYTES = 1_048_576
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin'
const SHOWN_CHARS = 400

/** How a program ended by itself. */
export interface Ended {
  code: number
  /** Without secrets. */
  stdout: string
  /** The end of what it has written to stderr, fit to be shown. */
  complaint: string
}

/** Runs the command; a fault where it did not come to an end of its own. */
export async function run(
  command: Command,
  scope: string,
  context: ScanContext,
): Promise<Ended | { fault: SourceFault }> {
  const timeoutMs = command.timeout ?? DEFAULT_TIMEOUT_MS
  const maxStdoutBytes = command.max_output ?? DEFAULT_MAX_OUTPUT_BYTES
  const cwd = resolve(context.directory, command.cwd ?? '.')
  try {
    const argv = argvOf(command, cwd)
    const ended = await exec(argv, {
      env: environmentOf(command),
      cwd,
      timeoutMs,
      maxStdoutBytes,
      signal: context.signal,
    })
    const complaint = shown(ended.stderr)
    const because = complaint ? ` It has said: ${complaint}` : ''
    switch (ended.killed) {
      case 'timeout':
        return failed(
          'timeout',
          `The command of ${scope} took longer than ${formatDuration(timeoutMs)}.${because}`,
          'Raise its `timeout`, or see why it hangs.',
        )
      case 'aborted':
        return failed(
          'timeout',
          `The look at ${scope} was cut off while its command ran.`,
          'Raise `timeout` of the source.',
        )
      case 'output-limit':
        return failed(
          'unreadable',
          `The command of ${scope} printed more than ${formatBytes(maxStdoutBytes)}.`,
          'Raise its `max_output`, or have it print the newest recovery points alone.',
        )
      case null:
    }
    if (ended.code === null)
      return failed(
        'tool',
        `The command of ${scope} was ended by ${ended.signal}.${because}`,
        'Somebody or the kernel has killed it (out of memory?), or it crashed.',
      )
    // whatever it prints of its own secrets goes no further
    return { code: ended.code, stdout: redact(ended.stdout), complaint }
  } catch (error) {
    if (error instanceof SecretError)
      return failed(
        'credentials',
        `The environment of ${scope} lacks a value: ${error.message}.`,
        'Provide it, or correct `env`.',
      )
    if (!(error instanceof ExecError)) throw error
    return failed('tool', `${scope}: ${error.message}.`, 'Correct `argv` or `cwd`, or install the program.')
  }
}

export function failed(kind: FaultKind, message: string, advice: string): { fault: SourceFault } {
  return { fault: { kind, message: redact(message), advice } }
}

function argvOf({ argv, shell }: Command, cwd: string): [string, ...string[]] {
  if (!argv) return ['/bin/sh', '-c', shell ?? '']
  const [program = '', ...rest] = argv
  return [program.includes('/') ? resolve(cwd, program) : program, ...rest]
}

function environmentOf({ env }: Command): Record<string, string> {
  const environment: Record<string, string> = { PATH: process.env.PATH ?? DEFAULT_PATH }
  for (const name of ['HOME', 'LANG', 'TZ']) {
    const value = process.env[name]
    if (value !== undefined) environment[name] = value
  }
  for (const [name, value] of Object.entries(env ?? {})) environment[name] = value.reveal()
  return environment
}

/** The end of a program's words, in one line and without secrets: these are masked before anything is cut. */
export function shown(text: string): string {
  const line = redact(text)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
  return line.length > SHOWN_CHARS ? `... ${line.slice(-SHOWN_CHARS)}` : line
}
