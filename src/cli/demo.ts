import type { Command } from 'commander'
import { interruption, paint, print, progressLine } from './terminal.ts'

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .summary('sample backups in every status, and the dashboard over them')
    .description(
      'Makes real sample backups in a folder of its own (a restic repository where restic is installed, dump files, jobs that report in), then watches them like any others.',
    )
    .option('-d, --data <dir>', 'where the samples and the database go', 'data/demo')
    .option('-l, --listen <address>', 'address and port of the dashboard', '127.0.0.1:8484')
    .option('--keep', 'keep the samples of the last time instead of making new ones')
    .addHelpText('after', '\nExample:\n  backproof demo --listen 127.0.0.1:9000')
    .action(runDemo)
}

async function runDemo(options: { data: string; listen: string; keep?: boolean }): Promise<void> {
  const { makeSamples, runDemoServer } = await import('../app/demo.ts')
  const { createLog } = await import('../app/log.ts')
  const signal = interruption()
  const progress = progressLine()
  const samples = await makeSamples({
    directory: options.data,
    listen: options.listen,
    keep: options.keep ?? false,
    signal,
    onProgress: progress.show,
  })
  progress.clear()
  for (const remark of samples.remarks) await print(`${remark}\n`)
  const log = createLog(process.stderr, process.env.BACKPROOF_LOG_LEVEL ?? 'warn')
  await runDemoServer(samples, log, signal, (address) => {
    process.stdout.write(
      `\n  The dashboard is at ${paint('bold', address)}\n  Its configuration is ${samples.configPath}: change it, and it is read again.\n  Ctrl-C ends the demo.\n\n`,
    )
  })
}
