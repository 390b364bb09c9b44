import { type Command, Option } from 'commander'
import { CliError, EXIT, print } from './terminal.ts'

const FORMATS = ['text', 'json', 'iam', 'trust', 'cloudformation', 'terraform'] as const

export function addPermissionsCommand(program: Command): void {
  program
    .command('permissions')
    .summary('the least-privilege policy of a source')
    .description(
      'Prints exactly what a source needs to be allowed, for the checks that are configured. Backproof only ever reads.',
    )
    .argument('<source>', 'a source of the configuration')
    .option('-c, --config <file>', 'configuration (default: backproof.yaml, then $BACKPROOF_CONFIG)')
    .addOption(
      new Option(
        '-f, --format <format>',
        'how to print; iam: an AWS policy document; trust: that of who may take on the role; both as a template',
      )
        .choices(FORMATS)
        .default('text'),
    )
    .addHelpText('after', '\nExample:\n  backproof permissions fleet --format iam > policy.json')
    .action(runPermissions)
}

async function runPermissions(
  name: string,
  options: { config?: string; format: (typeof FORMATS)[number] },
): Promise<void> {
  const { load } = await import('../app/load.ts')
  const { cloudFormation, iamPolicy, rolesOf, terraform, trustPolicy } = await import('./formats/policy.ts')
  const config = await load(options)
  const source = config.sources.find((configured) => configured.name === name)
  if (!source)
    throw new CliError(
      `there is no source ${name}; there are: ${config.sources.map((one) => one.name).join(', ') || 'none'}`,
      EXIT.usage,
    )
  const permissions = source.source.permissions(source.config)
  if (options.format === 'json') return print(`${JSON.stringify(permissions, null, 2)}\n`)
  const policy = iamPolicy(permissions)
  if (options.format === 'text') {
    await print(permissions.map(({ action, resource, why }) => `${action}\n  on ${resource}\n  ${why}\n`).join(''))
    if (policy) process.stderr.write('As a policy: --format iam, trust, cloudformation or terraform.\n')
    return
  }
  const roles = rolesOf(permissions)
  if (options.format === 'trust') {
    if (roles.length === 0) throw new CliError(`${name} takes on no role: nothing has to trust it`, EXIT.usage)
    process.stderr.write(
      `The trust policy of ${roles.join(', ')}: put in who runs Backproof, and the external_id of ${name}.\n`,
    )
    return print(`${JSON.stringify(trustPolicy(), null, 2)}\n`)
  }
  if (!policy) throw new CliError(`${name} (${source.type}) needs nothing in AWS: see --format text`, EXIT.usage)
  if (options.format === 'iam') return print(`${JSON.stringify(policy, null, 2)}\n`)
  if (roles.length > 1)
    process.stderr.write(`${name} takes on ${roles.length} roles: this is one of them, for each account.\n`)
  await print(options.format === 'terraform' ? terraform(policy, roles) : cloudFormation(policy, roles))
}
