import type { Command } from 'commander'
import { EXIT, interruption, print, progressLine, several } from './terminal.ts'

interface InstanceCliOptions {
  config?: string
  data?: string
}

interface ExportCliOptions extends InstanceCliOptions {
  output?: string
  from?: string
  to?: string
}

export function addEvidenceCommand(program: Command): void {
  const evidence = program
    .command('evidence')
    .summary('what happened, chained and signed, for auditors')
    .description(
      'Each status change, incident, drill, waiver, acknowledgement, pause and change of the configuration is in a chain in which nothing can be changed unseen.',
    )
    .addHelpText(
      'after',
      '\nExample:\n  backproof evidence key > backproof.pub\n  backproof evidence export --output q4.jsonl --from 2026-10-01 --to 2026-12-31\n  backproof evidence verify q4.jsonl --key backproof.pub',
    )
  ofInstance(evidence.command('export'))
    .summary('write a signed bundle')
    .description(
      'Writes what is in the chain to one file, signed, and checks it. The instance may be running or stopped.',
    )
    .option('-o, --output <file>', 'where to; "-" is standard output (default: evidence-DATE.jsonl)')
    .option('--from <time>', 'from this day or time on')
    .option('--to <time>', 'up to the end of this day, or to this time')
    .addHelpText(
      'after',
      `
Exit status: 0 written; 1 written, and the chain in the database was touched; 64 wrong usage; 78 there is no key.

Example:
  backproof evidence export
  backproof evidence export --from 2026-10-01 --to 2026-12-31 --output q4.jsonl`,
    )
    .action(runExport)
  evidence
    .command('verify')
    .summary('check a bundle, offline')
    .description('Checks a bundle without configuration or database, and names the first place that was touched.')
    .argument('<file>', 'the bundle; "-" is standard input')
    .option(
      '-k, --key <file>',
      'a public key that may have signed; without any, a bundle only vouches for itself; repeat it',
      several,
      [],
    )
    .option(
      '-e, --expect <head>',
      'what was kept elsewhere, and the chain must hold: NUMBER:HASH, or the file of an earlier bundle; repeat it',
      several,
      [],
    )
    .addHelpText(
      'after',
      `
Exit status: 0 nothing was touched; 1 something was; 64 wrong usage.

Example:
  backproof evidence verify q4.jsonl --key backproof.pub
  backproof evidence verify q4.jsonl --key backproof.pub --expect 1204:5f0c...
  backproof evidence verify q4.jsonl --key backproof.pub --expect q3.jsonl`,
    )
    .action(runVerify)
  ofInstance(evidence.command('key'))
    .summary('the public key that evidence is signed with')
    .description(
      'Prints the public key (PEM), and its fingerprint beside it. Keep it where those who check have it from you.',
    )
    .addHelpText('after', '\nExample:\n  backproof evidence key > backproof.pub')
    .action(runKey)
  ofInstance(evidence.command('head'))
    .summary('where the chain stands: number and hash of its last entry')
    .description('Prints NUMBER:HASH. Whoever keeps it elsewhere can tell later whether the chain still holds it.')
    .addHelpText('after', '\nExample:\n  backproof evidence head | mail -s "evidence of today" audit@example.com')
    .action(runHead)
}

function ofInstance(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration (default: backproof.yaml, then $BACKPROOF_CONFIG)')
    .option('-d, --data <dir>', 'where the embedded database lies (default: $BACKPROOF_DATA, else ./data)')
}

async function runExport(options: ExportCliOptions): Promise<void> {
  const { exportEvidence } = await import('../app/evidence.ts')
  const progress = progressLine()
  const { path, verdict, head, key } = await exportEvidence({
    ...options,
    signal: interruption(),
    onProgress: progress.show,
  }).finally(progress.clear)
  const { exportedText } = await import('./formats/evidence.ts')
  process.stderr.write(exportedText({ path, verdict, head, key }))
  process.exitCode = verdict?.touch ? EXIT.bad : EXIT.ok
}

async function runVerify(file: string, { key, expect }: { key: string[]; expect: string[] }): Promise<void> {
  const { verifyFile } = await import('../app/evidence.ts')
  const progress = progressLine()
  const verdict = await verifyFile(file, { keys: key, expect, onProgress: progress.show }).finally(progress.clear)
  const { verdictText } = await import('./formats/evidence.ts')
  await print(verdictText(verdict, { keys: key.length > 0, expect: expect.length > 0 }))
  process.exitCode = verdict.touch ? EXIT.bad : EXIT.ok
}

async function runKey(options: InstanceCliOptions): Promise<void> {
  const { instanceKey, publicPem } = await import('../app/evidence.ts')
  const key = await instanceKey(options)
  process.stderr.write(`fingerprint ${key.fingerprint}\n`)
  await print(publicPem(key))
}

async function runHead(options: InstanceCliOptions): Promise<void> {
  const { instanceHead } = await import('../app/evidence.ts')
  const head = await instanceHead(options)
  const { headText } = await import('./formats/evidence.ts')
  process.stderr.write(headText(head))
  if (head) await print(`${head.seq}:${head.hash}\n`)
}
