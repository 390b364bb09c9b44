import { type Command, Option } from 'commander'
import { type EstateCommandOptions, withEstate, withEstateOptions } from './estate-options.ts'
import { EXIT, print } from './terminal.ts'

interface SimulateOptions extends EstateCommandOptions {
  format: 'table' | 'json' | 'markdown'
  lose?: string[]
}

export function addSimulateCommand(program: Command): void {
  withEstateOptions(program.command('simulate'))
    .summary('what survives the loss of anything')
    .description(
      'Says which services survive a loss, from which copy, with how much data lost, and in which order they come back. Without --lose: all single losses, the most damaging first.',
    )
    .option(
      '-l, --lose <what...>',
      'provider:, account:, region:, site:, medium:, credential:, key:, service: or check: with a name; several are lost together',
    )
    .addOption(
      new Option('-f, --format <format>', 'how to print').choices(['table', 'json', 'markdown']).default('table'),
    )
    .addHelpText(
      'after',
      `
Exit status: 0 everything survives; 1 something is gone for good; 3 nothing is gone for sure, and of something nobody knows;
64 wrong usage; 78 the configuration is invalid. Without --lose: 0.

Example:
  backproof simulate --lose account:123456789012
  backproof simulate --lose site:dc-a credential:backup-key --format markdown
  backproof simulate`,
    )
    .action(runSimulate)
}

async function runSimulate(options: SimulateOptions): Promise<void> {
  const { simulationReport } = await import('../app/simulate.ts')
  const { report } = await withEstate(options, (given) => simulationReport(options.lose ?? [], given))
  if (options.format === 'json') await print(`${JSON.stringify(report, null, 2)}\n`)
  else {
    const { simulationText } = await import('./formats/simulation.ts')
    await print(simulationText(report, options.format))
  }
  if ('summary' in report)
    process.exitCode = report.summary.gone > 0 ? EXIT.bad : report.summary.unknown > 0 ? EXIT.error : EXIT.ok
}
