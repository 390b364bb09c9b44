import { type Command, InvalidArgumentError, Option } from 'commander'
import { withEstate } from './estate-options.ts'
import { CliError, EXIT, print, several } from './terminal.ts'

interface ReportOptions {
  config?: string
  data?: string
  from?: string
  to?: string
  last?: string
  service: string[]
  owner: string[]
  tier: number[]
  format: 'html' | 'pdf' | 'csv' | 'json'
  table: 'services' | 'copies' | 'breaches' | 'incidents' | 'findings' | 'drills' | 'rules' | 'controls' | 'unwatched'
  output?: string
}

const TABLES = ['services', 'copies', 'breaches', 'incidents', 'findings', 'drills', 'rules', 'controls', 'unwatched']
const severalNumbers = (value: string, before: number[]): number[] => {
  if (!/^\d{1,4}$/.test(value)) throw new InvalidArgumentError('a tier is a whole number.')
  return [...before, Number(value)]
}

export function addReportCommand(program: Command): void {
  program
    .command('report')
    .summary('compliance over a period, as HTML, PDF, CSV or JSON')
    .description(
      "Writes how long each service was within its RPO, its breaches, incidents, drills and findings, what was not watched, and which controls of AWS Backup Audit Manager, ISO 27001, SOC 2 and NIST SP 800-53 that speaks to. It is evidence for an auditor, and no certificate. Reads an instance's database.",
    )
    .option('-c, --config <file>', 'configuration (default: backproof.yaml, then $BACKPROOF_CONFIG)')
    .option('-d, --data <dir>', 'where the embedded database lies (default: $BACKPROOF_DATA, else ./data)')
    .option('--from <time>', 'where the period begins, in UTC: 2026-11-01, 2026-11-01T12:00:00Z')
    .option('--to <time>', 'where it ends, and no longer belongs to it (default: now)')
    .option('--last <duration>', 'how long it is, in place of --from (default: 30d)')
    .option('--service <name>', 'only this; patterns with * work; repeat it', several, [])
    .option('--owner <name>', 'only of this owner; repeat it', several, [])
    .option('--tier <number>', 'only of this tier; repeat it', severalNumbers, [])
    .addOption(
      new Option('-f, --format <format>', 'how to write').choices(['html', 'pdf', 'csv', 'json']).default('html'),
    )
    .addOption(new Option('--table <table>', 'which table, for csv').choices(TABLES).default('services'))
    .option('-o, --output <file>', 'where to write (default: standard output)')
    .addHelpText(
      'after',
      `
Exit status: 0 it was written, whatever it says; 64 wrong usage; 69 there is no database; 78 the configuration is invalid.

Example:
  backproof report --last 30d --format pdf --output november.pdf
  backproof report --from 2026-07-01 --to 2026-10-01 --tier 1 --format csv --table breaches
  backproof report --format json | jq '.services[] | select(.rpo.share < 0.99).name'`,
    )
    .action(runReport)
}

async function runReport(options: ReportOptions): Promise<void> {
  const { output, format } = options
  if (format === 'pdf' && output === undefined && process.stdout.isTTY)
    throw new CliError('a terminal can show no PDF: say --output FILE', EXIT.usage)
  const { reportParts } = await import('../app/report.ts')
  const { service, owner, tier } = options
  const { parts } = await withEstate(options, (given) =>
    reportParts({ ...options, ...given, services: service, owners: owner, tiers: tier }),
  )
  if (output === undefined) for await (const part of parts) await print(part)
  else {
    const { writeFileSafely } = await import('./write-file.ts')
    await writeFileSafely(output, parts)
  }
}
