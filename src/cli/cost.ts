import { type Command, Option } from 'commander'
import { print } from './terminal.ts'

export function addCostCommand(program: Command): void {
  program
    .command('cost')
    .summary('what is paid for backups that protect nothing')
    .description(
      'Estimates what is paid each month for backups of what is gone, or of what has had no good one for long, by owner, from what an instance has seen. Snapshots that images are made of are left out.',
    )
    .option('-c, --config <file>', 'configuration (default: backproof.yaml, then $BACKPROOF_CONFIG)')
    .option('-d, --data <dir>', 'where the embedded database lies (default: $BACKPROOF_DATA, else ./data)')
    .addOption(new Option('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table'))
    .addHelpText('after', '\nExample:\n  backproof cost --format json | jq .usd_per_month')
    .action(runCost)
}

async function runCost(options: { config?: string; data?: string; format: 'table' | 'json' }): Promise<void> {
  const { costReport } = await import('../app/cost.ts')
  const report = await costReport(options)
  if (options.format === 'json') return print(`${JSON.stringify(report, null, 2)}\n`)
  const { costTable } = await import('./formats/cost.ts')
  await print(costTable(report))
}
