import { userInfo } from 'node:os'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { DRILL_OUTCOMES, type DrillOutcome } from '../domain/drill.ts'
import { type Instant, parseInstant, toIso } from '../domain/instant.ts'
import { parseDuration } from '../lib/duration.ts'
import { CliError, EXIT, print } from './terminal.ts'

interface CommonOptions {
  config?: string
  data?: string
  format: 'table' | 'json'
}

interface RecordOptions extends CommonOptions {
  at?: Instant
  by: string
  outcome: DrillOutcome
  phase: Phase[]
  rta?: number
  rpa?: number
  of?: string
  check: string[]
  gap: string[]
  note?: string
  replaces?: string
  reason?: string
}

interface Phase {
  name: string
  tookMs: number
  startedAt: Instant | null
}

export function addDrillCommand(program: Command): void {
  const drill = program
    .command('drill')
    .summary('restores that were tried: record, list, withdraw')
    .description(
      'Keeps what is known of restores that were tried. They are what the proof ladder, drill-recency, rto, simulate and the runbook count on.',
    )
    .addHelpText(
      'after',
      '\nExample:\n  backproof drill record payments-postgres --outcome verified --rta 45m --rpa 5m\n  backproof drill list payments-postgres',
    )
  withCommon(drill.command('record'))
    .summary('write down a restore that was tried')
    .description(
      'Records a drill that was done by hand. A record is never changed: correct it by another (--replaces), or withdraw it. A running instance is told; else its database is written.',
    )
    .argument('[service]', 'what was brought back as a whole; none: the data of a check alone (--of)')
    .addOption(
      new Option(
        '--outcome <outcome>',
        'how far it came: failed (nothing usable came back), restored, verified (and found right)',
      )
        .choices(DRILL_OUTCOMES)
        .makeOptionMandatory(),
    )
    .option('--at <time>', 'when it began: 2026-11-20T09:00:00Z (default: so that it has just ended)', instantOf)
    .option('--by <name>', 'who did it', userName())
    .option(
      '--phase <name=duration>',
      'restore=12m, or restore=12m@2026-11-20T09:30:00Z; once for each, in order',
      phases,
      [],
    )
    .option('--rta <duration>', 'how long it took until all was back (default: as long as its phases)', durationOf)
    .option('--rpa <duration>', 'how much of the newest data was lost', durationOf)
    .option('--of <check>', 'the check whose recovery point was restored')
    .option('--check <what>', 'what was looked at to find the data right: "row counts"; once for each', several, [])
    .option('--gap <what>', 'what was found wrong with the procedure; once for each', several, [])
    .option('--note <text>', 'anything else')
    .option('--replaces <id>', 'the record that this one corrects')
    .option('--reason <text>', 'why it is corrected')
    .addHelpText(
      'after',
      `
Example:
  backproof drill record payments-postgres --outcome verified --at 2026-11-20T09:00:00Z --by ann \\
    --phase locate=5m --phase transfer=20m --phase restore=12m --phase validate=8m --rpa 5m \\
    --check "row counts" --gap "the key was in nobody's safe"`,
    )
    .action(runRecord)
  withCommon(drill.command('list'))
    .summary('restores that were tried, the newest first')
    .description('Lists drills from the database of an instance: it may be running or stopped.')
    .argument('[service]', 'of this service, and of the checks that prove its copies')
    .option('-a, --all', 'also those that were withdrawn or replaced')
    .addOption(new Option('-n, --limit <number>', 'at most so many').argParser(limitOf).default(50))
    .addHelpText(
      'after',
      '\nExample:\n  backproof drill list payments-postgres\n  backproof drill list --format json | jq ".[].rta_seconds"',
    )
    .action(runList)
  withCommon(drill.command('withdraw'))
    .summary('take a record back')
    .description('The record stays, with who withdrew it and why; it does not count any more.')
    .argument('<id>', 'as drill list shows it')
    .requiredOption('--reason <text>', 'why')
    .option('--by <name>', 'who', userName())
    .addHelpText(
      'after',
      '\nExample:\n  backproof drill withdraw 0190a8f0-0000-7000-8000-000000000001 --reason "it was another host"',
    )
    .action(runWithdraw)
}

function withCommon(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration (default: backproof.yaml, then $BACKPROOF_CONFIG)')
    .option('-d, --data <dir>', 'where the embedded database lies (default: $BACKPROOF_DATA, else ./data)')
    .addOption(new Option('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table'))
}

async function runRecord(service: string | undefined, options: RecordOptions): Promise<void> {
  if (service === undefined && options.of === undefined)
    throw new CliError('Say what was restored: a service, or a check (--of).', EXIT.usage)
  const { recordDrillOf } = await import('../app/drill.ts')
  const drill = await recordDrillOf(
    {
      service,
      check: options.of,
      at: toIso(options.at ?? justEnded(options)),
      by: options.by,
      outcome: options.outcome,
      phases: options.phase.map(({ name, tookMs, startedAt }) => ({
        name,
        seconds: tookMs / 1000,
        started_at: startedAt === null ? null : toIso(startedAt),
      })),
      rta_seconds: options.rta === undefined ? null : options.rta / 1000,
      rpa_seconds: options.rpa === undefined ? null : options.rpa / 1000,
      checked: options.check,
      gaps: options.gap,
      note: options.note,
      replaces: options.replaces,
      reason: options.reason,
    },
    options,
  )
  const { drillText, json } = await import('./formats/drills.ts')
  await print(options.format === 'json' ? json(drill) : `Recorded: ${drillText(drill)}\n`)
}

/** It may have been going on until now. */
function justEnded({ phase, rta }: RecordOptions): Instant {
  const first = phase.find(({ startedAt }) => startedAt !== null)?.startedAt
  if (first) throw new CliError('Say when the drill began (--at): one of its phases says when it did.', EXIT.usage)
  const took = phase.reduce((sum, { tookMs }) => sum + tookMs, 0)
  const began = parseInstant(new Date(Math.floor(Date.now() / 1000) * 1000 - Math.max(took, rta ?? 0)).toISOString())
  if (began === null) throw new CliError('Say when the drill began (--at).', EXIT.usage)
  return began
}

async function runList(
  service: string | undefined,
  options: CommonOptions & { all?: boolean; limit: number },
): Promise<void> {
  const { listDrills } = await import('../app/drill.ts')
  const { drills, more } = await listDrills({ ...options, service, ended: options.all ?? false })
  const { drillsTable, json } = await import('./formats/drills.ts')
  if (options.format === 'json') await print(json(drills))
  else if (drills.length === 0)
    await print('No restore has been tried, or nobody wrote it down (backproof drill record).\n')
  else await print(drillsTable(drills))
  if (more) process.stderr.write(`There are older ones: --limit ${options.limit * 2} shows more.\n`)
}

async function runWithdraw(id: string, options: CommonOptions & { reason: string; by: string }): Promise<void> {
  const { withdrawDrillOf } = await import('../app/drill.ts')
  const drill = await withdrawDrillOf(id, { reason: options.reason, by: options.by }, options)
  const { drillText, json } = await import('./formats/drills.ts')
  await print(options.format === 'json' ? json(drill) : `Withdrawn: ${drillText(drill)}\n`)
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return 'command line'
  }
}

function instantOf(text: string): Instant {
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? parseInstant(text) : null
  if (at === null) throw new InvalidArgumentError('Write it as 2026-11-20T09:00:00Z.')
  return at
}

function durationOf(text: string): number {
  const ms = parseDuration(text)
  if (ms === null) throw new InvalidArgumentError('Write it as 45m, 2h or 1h30m.')
  return ms
}

function phases(text: string, before: readonly Phase[]): Phase[] {
  const [, name, took, start] = /^([^=]+)=([^@]+)(?:@(.+))?$/.exec(text) ?? []
  if (name === undefined || took === undefined) throw new InvalidArgumentError('Write it as restore=12m.')
  return [...before, { name: name.trim(), tookMs: durationOf(took), startedAt: start ? instantOf(start) : null }]
}

function several(text: string, before: readonly string[]): string[] {
  return [...before, text]
}

function limitOf(text: string): number {
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw new InvalidArgumentError('A number from 1 to 10000.')
  return limit
}
