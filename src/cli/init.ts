import type { Command } from 'commander'
import { codeOf } from '../lib/error-code.ts'
import { CliError, EXIT, paint, print } from './terminal.ts'

export function addInitCommand(program: Command): void {
  program
    .command('init')
    .summary('write a starting backproof.yaml')
    .description(
      'Looks for backups on this machine (restic, borg, AWS profiles, dump folders), asks a few questions and writes a starting configuration.',
    )
    .option('-o, --output <file>', 'where to write it', 'backproof.yaml')
    .option('-y, --yes', 'ask nothing: take what is found')
    .option('--force', 'write over a file that is there')
    .addHelpText('after', '\nExample:\n  backproof init && backproof check')
    .action(runInit)
}

async function runInit(options: { output: string; yes?: boolean; force?: boolean }): Promise<void> {
  const { existsSync, writeFileSync } = await import('node:fs')
  if (existsSync(options.output) && !options.force)
    throw new CliError(`${options.output} is there already: --force writes over it, --output names another`, EXIT.usage)
  const { discover, startingConfig } = await import('../app/init.ts')
  const found = await discover()
  for (const line of found.lines) await print(`${paint('green', 'found')} ${line}\n`)
  if (found.lines.length === 0)
    await print('Nothing was found by itself; the file has commented examples of everything.\n')
  const answers = options.yes || !process.stdin.isTTY ? {} : await ask()
  try {
    // it may come to hold secrets
    writeFileSync(options.output, startingConfig(found, answers), { mode: 0o600 })
  } catch (error) {
    const code = codeOf(error) ?? String(error)
    const why = code === 'ENOENT' ? 'its folder does not exist' : code === 'EACCES' ? 'permission denied' : code
    throw new CliError(`can't write ${options.output}: ${why}; name another file with --output`, EXIT.usage)
  }
  await print(
    `\nWrote ${options.output}. Next:\n  backproof validate --connect   tries what is in it\n  backproof check                looks once\n  backproof serve                watches, and tells\n`,
  )
}

async function ask(): Promise<{ repository?: string; folder?: string; slack?: boolean; email?: string }> {
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const repository = await lines.question('A restic repository to watch (URL or path; empty: none): ')
    const folder = await lines.question('A folder with dumps to watch (empty: none): ')
    const email = await lines.question('An address for alerts by mail (empty: none): ')
    return {
      ...(repository.trim() ? { repository: repository.trim() } : {}),
      ...(folder.trim() ? { folder: folder.trim() } : {}),
      ...(email.trim() ? { email: email.trim() } : {}),
    }
  } finally {
    lines.close()
  }
}
