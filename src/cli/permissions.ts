import { type Command, Option } from 'commander'
import { CliError, EXIT, print } from './terminal.ts'

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
        'how to print; iam: an AWS policy document; trust: that of who may take on the role',
      )
        .choices(['text', 'json', 'iam', 'trust'])
        .default('text'),
    )
    .addHelpText('after', '\nExample:\n  backproof permissions fleet --format iam > policy.json')
    .action(runPermissions)
}

async function runPermissions(
  name: string,
  options: { config?: string; format: 'text' | 'json' | 'iam' | 'trust' },
): Promise<void> {
  const { load } = await import('../app/load.ts')
  const config = await load(options)
  const source = config.sources.find((configured) => configured.name === name)
  if (!source)
    throw new CliError(
      `there is no source ${name}; there are: ${config.sources.map((one) => one.name).join(', ') || 'none'}`,
      EXIT.usage,
    )
  const permissions = source.source.permissions(source.config)
  if (options.format === 'json') return print(`${JSON.stringify(permissions, null, 2)}\n`)
  if (options.format === 'text')
    return print(permissions.map(({ action, resource, why }) => `${action}\n  on ${resource}\n  ${why}\n`).join(''))
  if (options.format === 'trust') {
    const roles = permissions.filter(({ isOfCaller }) => isOfCaller).map(({ resource }) => resource)
    if (roles.length === 0) throw new CliError(`${name} takes on no role: nothing has to trust it`, EXIT.usage)
    process.stderr.write(
      `The trust policy of ${roles.join(', ')}: put in who runs Backproof, and the external_id of ${name}.\n`,
    )
    return print(`${JSON.stringify(TRUST, null, 2)}\n`)
  }
  // what a role is taken on with is no permission of the role
  const inAws = permissions.filter(({ action, isOfCaller }) => !isOfCaller && /^[a-z0-9-]+:[A-Z]/.test(action))
  if (inAws.length === 0)
    throw new CliError(`${name} (${source.type}) needs nothing in AWS: see --format text`, EXIT.usage)
  const statements = Map.groupBy(inAws, ({ resource }) => resource)
  const policy = {
    Version: '2012-10-17',
    Statement: [...statements].map(([Resource, group]) => ({
      Effect: 'Allow',
      Action: [...new Set(group.map(({ action }) => action))].sort(),
      Resource,
    })),
  }
  await print(`${JSON.stringify(policy, null, 2)}\n`)
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html */
const TRUST = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::ACCOUNT-OF-BACKPROOF:role/ROLE-OF-BACKPROOF' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': 'EXTERNAL-ID' } },
    },
  ],
}
