import type { Command } from 'commander'
import { CliError, EXIT, interruption, progressLine } from './terminal.ts'

export interface EstateCommandOptions {
  config?: string
  data?: string
  look?: boolean
}

/** What the commands about services have in common. */
export function withEstateOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration (default: backproof.yaml, then $BACKPROOF_CONFIG)')
    .option('-d, --data <dir>', 'where the embedded database lies (default: $BACKPROOF_DATA, else ./data)')
    .option('--look', "look at the sources now, in place of reading an instance's database")
}

/** Runs `work` with progress and Ctrl-C; what a person should know of how it was found goes to standard error. */
export async function withEstate<T extends { remarks: string[] }>(
  options: EstateCommandOptions,
  work: (
    options: EstateCommandOptions & {
      signal: AbortSignal
      onProgress(done: number, total: number, what: string): void
    },
  ) => Promise<T>,
): Promise<T> {
  const progress = progressLine()
  const signal = interruption()
  const result = await work({
    ...options,
    signal,
    onProgress: (done, total, what) => progress.show(`${done} of ${total}: ${what}`),
  })
  progress.clear()
  if (signal.aborted) throw new CliError('interrupted', EXIT.interrupted)
  const { printable } = await import('../lib/printable.ts')
  for (const remark of result.remarks) process.stderr.write(`${printable(remark)}\n`)
  return result
}
