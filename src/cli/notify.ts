import type { Command } from 'commander'
import { EXIT, interruption, paint, print } from './terminal.ts'

const EXAMPLE = '\nExample:\n  backproof notify test oncall'

export function addNotifyCommand(program: Command): void {
  program
    .command('notify')
    .summary('try the channels')
    .addHelpText('after', EXAMPLE)
    .command('test')
    .description('Sends a test failure through the outbox to the channels, and says who got it and how long it took.')
    .argument('[channel...]', 'only these channels')
    .option('-c, --config <file>', 'configuration (default: backproof.yaml, then $BACKPROOF_CONFIG)')
    .addHelpText('after', EXAMPLE)
    .action(runNotifyTest)
}

async function runNotifyTest(channels: string[], options: { config?: string }): Promise<void> {
  const { load } = await import('../app/load.ts')
  const { tryChannels } = await import('../app/connect.ts')
  const results = await tryChannels(await load(options), channels, interruption())
  for (const { channel, address, trouble, tookMs } of results)
    await print(
      `${trouble === null ? paint('green', 'delivered') : paint('red', 'failed   ')} ${channel} (${address}) ${trouble === null ? `in ${tookMs} ms` : `after ${tookMs} ms: ${trouble}`}\n`,
    )
  if (results.length === 0) await print('There are no channels in the configuration.\n')
  if (results.some(({ trouble }) => trouble !== null)) process.exitCode = EXIT.bad
}
