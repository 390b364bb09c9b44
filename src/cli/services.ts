import { type Command, Option } from 'commander'
import { type EstateCommandOptions, withEstate, withEstateOptions } from './estate-options.ts'
import { EXIT, print } from './terminal.ts'

interface ServicesOptions extends EstateCommandOptions {
  format: 'table' | 'json' | 'markdown'
  all?: boolean
}

export function addServicesCommand(program: Command): void {
  withEstateOptions(program.command('services'))
    .summary('hold services and their copies against the rules')
    .description(
      'Judges each service by what is known of its copies: 3-2-1, off-site, immutability, encryption, RPO, RTO, retention, drills, restore order. Reads the database of an instance, or looks at the sources where there is none.',
    )
    .argument('[service...]', 'only these; patterns with * work')
    .addOption(
      new Option('-f, --format <format>', 'how to print').choices(['table', 'json', 'markdown']).default('table'),
    )
    .option('-a, --all', 'also the rules that nothing is wrong with')
    .addHelpText(
      'after',
      `
Exit status: 0 nothing is wrong; 1 a rule fails that is not waived; 3 nothing fails, and something is unknown;
64 wrong usage; 78 the configuration is invalid.

Example:
  backproof services
  backproof services payments-postgres --all
  backproof services --format json | jq '.services[] | select(.ladder.rung == null).name'`,
    )
    .action(runServices)
}

async function runServices(names: string[], options: ServicesOptions): Promise<void> {
  const { servicesReport } = await import('../app/services.ts')
  const { report } = await withEstate(options, (given) => servicesReport(names, given))
  const { servicesTable, servicesMarkdown } = await import('./formats/services.ts')
  const all = options.all ?? false
  if (options.format === 'json') await print(`${JSON.stringify(report, null, 2)}\n`)
  else await print(options.format === 'markdown' ? servicesMarkdown(report, all) : servicesTable(report, all))
  const { fail, unknown } = report.summary
  process.exitCode = fail > 0 ? EXIT.bad : unknown > 0 ? EXIT.error : EXIT.ok
}
