import { type Command, Option } from 'commander'
import { print } from './terminal.ts'

interface StatusOptions {
  config?: string
  data?: string
  format: 'table' | 'json'
  all?: boolean
}

export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .summary('what the running instance knows')
    .description('Prints what an instance knows, from its database: it may be running or stopped. Looks at no source.')
    .option('-c, --config <file>', 'configuration (default: backproof.yaml, then $BACKPROOF_CONFIG)')
    .option('-d, --data <dir>', 'where the embedded database lies (default: $BACKPROOF_DATA, else ./data)')
    .addOption(new Option('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table'))
    .option('-a, --all', 'also those that are well')
    .addHelpText('after', '\nExample:\n  backproof status --all\n  backproof status --format json | jq .summary')
    .action(runStatus)
}

async function runStatus(options: StatusOptions): Promise<void> {
  const { statusReport } = await import('../app/status.ts')
  const { report, remarks } = await statusReport(options)
  if (options.format === 'json') {
    const { json } = await import('./formats/json.ts')
    await print(json(report))
    return
  }
  const { table } = await import('./formats/table.ts')
  const shown = options.all ? report.checks : report.checks.filter(({ status }) => status !== 'ok')
  for (const remark of remarks) process.stderr.write(`${remark}\n`)
  if (shown.length === 0 && report.summary.total > 0)
    await print(report.summary.total === 1 ? 'The one check is ok.\n' : `All ${report.summary.total} checks are ok.\n`)
  else await print(table({ ...report, checks: shown }))
}
