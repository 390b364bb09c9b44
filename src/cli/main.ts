import { Command } from 'commander'
import { version } from '../app/root.ts'
import { addCheckCommand } from './check.ts'
import { addCostCommand } from './cost.ts'
import { addDemoCommand } from './demo.ts'
import { addDrillCommand } from './drill.ts'
import { addEvidenceCommand } from './evidence.ts'
import { addHashPasswordCommand } from './hash-password.ts'
import { addInitCommand } from './init.ts'
import { addNotifyCommand } from './notify.ts'
import { addPermissionsCommand } from './permissions.ts'
import { addReportCommand } from './report.ts'
import { addRunbookCommand } from './runbook.ts'
import { addServeCommands } from './serve.ts'
import { addServicesCommand } from './services.ts'
import { addSimulateCommand } from './simulate.ts'
import { addStatusCommand } from './status.ts'
import { CliError, EXIT } from './terminal.ts'
import { addValidateCommand } from './validate.ts'

/** Each command loads what it works with when it runs: `--help` must not wait for a database driver. */
const program = new Command('backproof')
  .description('Tells you, from outside and within minutes, which of your backups would not save you.')
  .version(version(), '-V, --version')
  .showHelpAfterError('(backproof --help lists the commands)')
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage)
  })

for (const add of [
  addInitCommand,
  addValidateCommand,
  addCheckCommand,
  addServeCommands,
  addStatusCommand,
  addCostCommand,
  addServicesCommand,
  addSimulateCommand,
  addRunbookCommand,
  addDrillCommand,
  addReportCommand,
  addEvidenceCommand,
  addNotifyCommand,
  addPermissionsCommand,
  addDemoCommand,
  addHashPasswordCommand,
])
  add(program)

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`${await describe(error)}\n`)
  process.exitCode = await exitStatusOf(error)
}

async function describe(error: unknown): Promise<string> {
  const { redact } = await import('../lib/redact.ts')
  if (!(error instanceof Error)) return redact(String(error))
  const expected =
    error instanceof CliError ||
    ['ConfigurationError', 'StoreError', 'SecretError', 'UsageError', 'UnavailableError', 'EvidenceKeyError'].includes(
      error.name,
    )
  return redact(
    expected ? error.message : `This is a bug of Backproof; please report it:\n${error.stack ?? error.message}`,
  )
}

async function exitStatusOf(error: unknown): Promise<number> {
  if (error instanceof CliError) return error.exitStatus
  if (!(error instanceof Error)) return EXIT.internal
  if (error.name === 'ConfigurationError' || error.name === 'EvidenceKeyError') return EXIT.config
  if (error.name === 'UsageError') return EXIT.usage
  return ['StoreError', 'UnavailableError'].includes(error.name) ? EXIT.unavailable : EXIT.internal
}
