import type { Command } from 'commander'
import { isLoopback } from '../lib/loopback.ts'
import { CliError, EXIT, interruption, paint, print } from './terminal.ts'

interface ServeCliOptions {
  config?: string
  data?: string
  listen?: string
  once?: boolean
}

export function addServeCommands(program: Command): void {
  program
    .command('serve')
    .summary('scheduler, incidents, notifications, API and dashboard')
    .description(
      'Watches without end: looks at each source as it is due, opens and resolves incidents, tells the right people, and answers on HTTP.',
    )
    .option('-c, --config <file>', 'configuration (default: backproof.yaml, then $BACKPROOF_CONFIG)')
    .option('-d, --data <dir>', 'where the embedded database lies (default: $BACKPROOF_DATA, else ./data)')
    .option('-l, --listen <address>', "address and port in place of the configuration's")
    .option('--once', 'one full cycle with incidents and notifications, then exit (for timers)')
    .addHelpText(
      'after',
      '\nThe configuration is read again when the file changes and at SIGHUP; a bad file is refused and the one in force stays.\n\nExample:\n  backproof serve --config /etc/backproof/backproof.yaml --data /var/lib/backproof',
    )
    .action(runServe)
  program
    .command('worker')
    .summary('another worker on the shared PostgreSQL')
    .description(
      'Shares the looks and deliveries of an instance on PostgreSQL (database.url). Start as many as you like, on any machine: what a dead one held is taken over.',
    )
    .option('-c, --config <file>', 'configuration (default: backproof.yaml, then $BACKPROOF_CONFIG)')
    .addHelpText('after', '\nExample:\n  backproof worker --config /etc/backproof/backproof.yaml')
    .action(runWorker)
}

async function runServe(options: ServeCliOptions): Promise<void> {
  const { load, reloader } = await import('../app/load.ts')
  const { dataDirectory } = await import('../app/locate.ts')
  const { createLog } = await import('../app/log.ts')
  const log = createLog()
  const config = withAddress(await load(options), options.listen)
  if (config.channels.length === 0)
    log.warn({}, 'there are no channels in the configuration: what is found is shown, but nobody is told')
  const dataDir = dataDirectory(options.data)
  const signal = interruption()
  if (options.once) {
    const { serveOnce } = await import('../app/serve.ts')
    const summary = await serveOnce({ config, dataDir, log, signal })
    await print(`${summary}\n`)
    return
  }
  const { serve } = await import('../app/serve.ts')
  await serve({
    config,
    dataDir,
    log,
    signal,
    reload: reloader(options),
    onReady: (address) =>
      process.stdout.isTTY
        ? process.stdout.write(`\n  Backproof is at ${paint('bold', address)}\n\n`)
        : log.info({ address }, 'ready'),
  })
}

async function runWorker(options: { config?: string }): Promise<void> {
  const { load, reloader } = await import('../app/load.ts')
  const { createLog } = await import('../app/log.ts')
  const { work } = await import('../app/serve.ts')
  const config = await load(options)
  if (!config.database.url)
    throw new CliError(
      'a worker needs a database that others reach: set database.url to a PostgreSQL database (the embedded one has one process)',
      EXIT.config,
    )
  await work({ config, log: createLog(), signal: interruption(), reload: reloader(options) })
}

function withAddress<C extends { server: { host: string; port: number; auth: unknown } }>(
  config: C,
  listen: string | undefined,
): C {
  if (!listen) return config
  const match = /^(?:(\[[0-9a-fA-F:.]+\]|[^:[\]\s]+):)?(\d{1,5})$/.exec(listen)
  if (!match || Number(match[2]) > 65_535)
    throw new CliError(`--listen ${listen}: write 127.0.0.1:8484 or 8484`, EXIT.usage)
  const host = match[1]?.replace(/^\[|\]$/g, '') ?? config.server.host
  if (!isLoopback(host) && !config.server.auth)
    throw new CliError(
      `--listen ${listen}: others could reach this address, so a login must be set up first: server.auth in the configuration`,
      EXIT.config,
    )
  return { ...config, server: { ...config.server, host, port: Number(match[2]) } }
}
