import type { Check } from '../../domain/check.ts'
import { quoted } from './document.ts'

/** Where data comes back to: never the place that it was lost from. */
const TARGET = '/srv/restore'

/** How one check's newest good point is brought back with the tool at hand. Placeholders are in capitals. */
export function restoreCommands({ type, resource, id }: Check, database: boolean): string[] {
  const write = COMMANDS[type]
  if (!write) return [`# no commands are known for "${type}": see the documentation of what makes ${id}`]
  return write({ id: resource.id, name: resource.name, region: resource.region, database })
}

interface Target {
  id: string
  name: string
  region: string | null
  database: boolean
}

const inRegion = (region: string | null) => (region === null ? '' : ` --region ${quoted(region)}`)
/** https://www.postgresql.org/docs/current/app-pgrestore.html */
const PG_RESTORE = [
  'createdb RESTORED',
  `pg_restore --exit-on-error --no-owner --jobs 4 --dbname RESTORED ${TARGET}/DUMP`,
  'psql RESTORED -c "select count(*) from IMPORTANT_TABLE"',
]

const restore = ({ database }: Target) =>
  database ? ["# for a dump in PostgreSQL's custom format:", ...PG_RESTORE] : []

const COMMANDS: Readonly<Record<string, (target: Target) => string[]>> = {
  // https://restic.readthedocs.io/en/stable/050_restore.html
  restic: (target) => {
    // "#" sets apart the snapshots of one machine in a repository of several
    const [repository = target.id, group] = target.id.split('#')
    return [
      `export RESTIC_REPOSITORY=${quoted(repository)}`,
      'export RESTIC_PASSWORD_FILE=PASSWORD_FILE',
      `restic snapshots --no-lock --compact${group ? `  # choose one of ${group}` : ''}`,
      `restic restore ${group ? 'SNAPSHOT' : 'latest'} --no-lock --target ${TARGET}`,
      ...restore(target),
    ]
  },
  // https://borgbackup.readthedocs.io/en/stable/usage/extract.html
  borg: (target) => [
    `export BORG_REPO=${quoted(target.id)}`,
    'export BORG_PASSCOMMAND=PASSPHRASE_COMMAND',
    'borg list --last 5',
    `mkdir -p ${TARGET} && cd ${TARGET} && borg extract --list ::ARCHIVE`,
    ...restore(target),
  ],
  's3-dump': (target) => [
    `aws s3 ls --recursive ${quoted(s3Url(target.id))} | sort | tail -n 5`,
    `aws s3 cp s3://BUCKET/KEY ${TARGET}/DUMP`,
    ...restore(target),
  ],
  file: (target) => [`ls -lt ${quoted(target.id)} | head`, `cp -a ${quoted(target.id)} ${TARGET}/`, ...restore(target)],
  // https://docs.aws.amazon.com/cli/latest/reference/rds/restore-db-instance-from-db-snapshot.html
  'rds-snapshot': ({ name, region }) => [
    `aws rds describe-db-snapshots${inRegion(region)} --db-instance-identifier ${quoted(name)}`,
    `aws rds restore-db-instance-from-db-snapshot${inRegion(region)} --db-instance-identifier ${quoted(`${name}-restored`)} --db-snapshot-identifier SNAPSHOT`,
    `aws rds wait db-instance-available${inRegion(region)} --db-instance-identifier ${quoted(`${name}-restored`)}`,
  ],
  'rds-cluster-snapshot': ({ name, region }) => [
    `aws rds describe-db-cluster-snapshots${inRegion(region)} --db-cluster-identifier ${quoted(name)}`,
    `aws rds restore-db-cluster-from-snapshot${inRegion(region)} --db-cluster-identifier ${quoted(`${name}-restored`)} --snapshot-identifier SNAPSHOT --engine ENGINE`,
    `aws rds create-db-instance${inRegion(region)} --db-cluster-identifier ${quoted(`${name}-restored`)} --db-instance-identifier ${quoted(`${name}-restored-1`)} --engine ENGINE --db-instance-class CLASS`,
  ],
  'rds-pitr': ({ name, region }) => [
    `aws rds restore-db-instance-to-point-in-time${inRegion(region)} --source-db-instance-identifier ${quoted(name)} --target-db-instance-identifier ${quoted(`${name}-restored`)} --use-latest-restorable-time`,
    `aws rds wait db-instance-available${inRegion(region)} --db-instance-identifier ${quoted(`${name}-restored`)}`,
  ],
  'ebs-snapshot': ({ id, region }) => [
    `aws ec2 describe-snapshots${inRegion(region)} --owner-ids self --filters ${quoted(`Name=volume-id,Values=${id}`)}`,
    `aws ec2 create-volume${inRegion(region)} --snapshot-id SNAPSHOT --availability-zone ZONE`,
    `aws ec2 attach-volume${inRegion(region)} --volume-id VOLUME --instance-id INSTANCE --device /dev/sdf`,
  ],
  'aws-backup': ({ id, region }) => [
    `aws backup list-recovery-points-by-resource${inRegion(region)} --resource-arn ${quoted(id)}`,
    `aws backup get-recovery-point-restore-metadata${inRegion(region)} --backup-vault-name VAULT --recovery-point-arn POINT > metadata.json`,
    `aws backup start-restore-job${inRegion(region)} --recovery-point-arn POINT --iam-role-arn ROLE --metadata file://metadata.json`,
  ],
  'aws-backup-vault': ({ name, region }) => [
    `aws backup list-recovery-points-by-backup-vault${inRegion(region)} --backup-vault-name ${quoted(name)}`,
    `aws backup get-recovery-point-restore-metadata${inRegion(region)} --backup-vault-name ${quoted(name)} --recovery-point-arn POINT > metadata.json`,
    `aws backup start-restore-job${inRegion(region)} --recovery-point-arn POINT --iam-role-arn ROLE --metadata file://metadata.json`,
  ],
  // https://pgbackrest.org/command.html#command-restore
  pgbackrest: ({ name }) => [
    `pgbackrest --stanza=${quoted(name)} info`,
    `pgbackrest --stanza=${quoted(name)} --pg1-path=${TARGET} restore`,
  ],
}

function s3Url(id: string): string {
  const match = /^arn:aws[a-z-]*:s3:::(.+)$/.exec(id)
  return id.startsWith('s3://') ? id : `s3://${match?.[1] ?? id}`
}
