import { type Command, Option } from 'commander'
import { type EstateCommandOptions, withEstate, withEstateOptions } from './estate-options.ts'
import { print } from './terminal.ts'

interface RunbookOptions extends EstateCommandOptions {
  format: 'markdown' | 'html'
}

export function addRunbookCommand(program: Command): void {
  withEstateOptions(program.command('runbook'))
    .summary('the recovery plan, of a service or of all')
    .description(
      'Writes the recovery plan: what is where, who can decrypt, the commands, the order, what to check, the gaps. It holds nothing that changes with each backup, so that it can be kept in git and compared. Keep a copy where no backup system is needed to read it.',
    )
    .argument('[service...]', 'only these; patterns with * work')
    .addOption(new Option('-f, --format <format>', 'how to print').choices(['markdown', 'html']).default('markdown'))
    .addHelpText(
      'after',
      '\nExample:\n  backproof runbook > recovery.md\n  backproof runbook payments-postgres --format html > payments.html',
    )
    .action(runRunbook)
}

async function runRunbook(names: string[], options: RunbookOptions): Promise<void> {
  const { runbookText } = await import('../app/runbook.ts')
  const { text } = await withEstate(options, (given) => runbookText(names, options.format, given))
  await print(text)
}
