import type { Command } from 'commander'
import { Option } from 'commander'
import type { Format, Report } from './formats/report.ts'
import { CliError, EXIT, interruption, print, progressLine } from './terminal.ts'

const FORMATS = ['table', 'json', 'ndjson', 'nagios', 'checkmk', 'prometheus'] as const
type FormatName = (typeof FORMATS)[number]

interface CheckOptions {
  config?: string
  resticMonitor?: string
  format: FormatName
  push: boolean
}

export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .summary('look at everything once and judge it, without a database')
    .description(
      'Looks at each source once, judges what it sees, prints it and exits. Needs no database and no running instance.',
    )
    .argument(
      '[selector...]',
      'only these: a source, a scope, or a pattern with * (fleet, fleet/web-server, "fleet/web-*")',
    )
    .option('-c, --config <file>', 'configuration (default: backproof.yaml, then $BACKPROOF_CONFIG)')
    .option('--restic-monitor <file>', "run restic-monitor's own config.yaml as it is")
    .addOption(new Option('-f, --format <format>', 'how to print').choices(FORMATS).default('table'))
    .option('--no-push', 'send no outgoing heartbeats (push_url)')
    .addHelpText(
      'after',
      `
Exit status: 0 all is ok or due; 1 something is stale, failed or missing; 3 nothing is worse than error;
64 wrong usage; 78 the configuration is invalid. With --format nagios: 0, 1, 2, 3 as Nagios has it.

Example:
  backproof check
  backproof check fleet --format json | jq '.checks[] | select(.status != "ok")'
  backproof check --restic-monitor config.yaml`,
    )
    .action(runCheck)
}

async function runCheck(selectors: string[], options: CheckOptions): Promise<void> {
  const { load } = await import('../app/load.ts')
  const { checkReport } = await import('../app/check.ts')
  const config = await load(options)
  const progress = progressLine()
  const signal = interruption()
  const { report, skipped, unmatched, known } = await checkReport(config, {
    selectors,
    push: options.push,
    signal,
    onProgress: (done, total, scope) => progress.show(`looked at ${done} of ${total}: ${scope}`),
  })
  progress.clear()
  if (signal.aborted) throw new CliError('interrupted', EXIT.interrupted)
  if (unmatched.length > 0)
    throw new CliError(
      `no source or scope matches ${unmatched.join(', ')}; there are: ${known.slice(0, 20).join(', ') || 'none'}`,
      EXIT.usage,
    )
  for (const source of skipped)
    process.stderr.write(
      `${source}: heartbeats are known to a running instance only (backproof status); left out here\n`,
    )
  const { format, exitStatus } = await formatOf(options.format)
  await print(format(report))
  process.exitCode = exitStatus(report)
}

async function formatOf(name: FormatName): Promise<{ format: Format; exitStatus: (report: Report) => number }> {
  switch (name) {
    case 'table':
      return { format: (await import('./formats/table.ts')).table, exitStatus }
    case 'json':
      return { format: (await import('./formats/json.ts')).json, exitStatus }
    case 'ndjson':
      return { format: (await import('./formats/json.ts')).ndjson, exitStatus }
    case 'prometheus':
      return { format: (await import('./formats/prometheus.ts')).prometheus, exitStatus }
    case 'checkmk':
      // Checkmk reads the states from the lines, and takes another exit status for a broken plugin
      return { format: (await import('./formats/nagios.ts')).checkmk, exitStatus: () => EXIT.ok }
    case 'nagios': {
      const { nagios, worstNagiosState } = await import('./formats/nagios.ts')
      return { format: nagios, exitStatus: (report) => worstNagiosState(report.checks) }
    }
  }
}

function exitStatus({ summary }: Report): number {
  if (summary.stale + summary.failed + summary.missing > 0) return EXIT.bad
  // that nothing was looked at must not pass for good news
  return summary.error > 0 || summary.total === 0 ? EXIT.error : EXIT.ok
}
