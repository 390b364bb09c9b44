import type { Command } from 'commander'
import { EXIT, interruption, paint, print, progressLine } from './terminal.ts'

interface ValidateOptions {
  config?: string
  schema?: boolean
  connect?: boolean
}

export function addValidateCommand(program: Command): void {
  program
    .command('validate')
    .summary('check the configuration')
    .description(
      'Reads the configuration whole and prints every problem with its place. Exit status 78 when there is one.',
    )
    .option('-c, --config <file>', 'configuration (default: backproof.yaml, then $BACKPROOF_CONFIG)')
    .option('--connect', 'also try each source, and each channel with a test message')
    .option('--schema', 'print the JSON Schema of the configuration, for editors')
    .addHelpText(
      'after',
      '\nExample:\n  backproof validate --config backproof.yaml\n  backproof validate --schema > backproof.schema.json',
    )
    .action(runValidate)
}

async function runValidate(options: ValidateOptions): Promise<void> {
  if (options.schema) {
    const { configJsonSchema } = await import('../app/load.ts')
    return print(`${JSON.stringify(configJsonSchema(), null, 2)}\n`)
  }
  const { load } = await import('../app/load.ts')
  const config = await load(options)
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`
  await print(
    `${config.path} is valid: ${count(config.sources.length, 'source')}, ${count(config.services.length, 'service')}, ${count(config.channels.length, 'channel')}, ${count(config.routes.length, 'route')}.\n`,
  )
  if (!options.connect) return
  const { connect } = await import('../app/connect.ts')
  const progress = progressLine()
  const lines = await connect(config, interruption(), (what) => progress.show(`trying ${what}`))
  progress.clear()
  for (const { what, trouble } of lines)
    await print(
      `${trouble === null ? paint('green', 'ok    ') : paint('red', 'failed')} ${what}${trouble === null ? '' : `: ${trouble}`}\n`,
    )
  if (lines.some(({ trouble }) => trouble !== null)) process.exitCode = EXIT.bad
}
