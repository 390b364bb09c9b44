import { printable } from '../../../lib/printable.ts'

/**
 * Why a job failed. permission: its role may not, any more. key: what is encrypted by it can't be read or written. conflict:
 * the resource is in a state in which it can't be backed up. gone: it is not there.
 */
export type CauseKind =
  | 'permission'
  | 'key'
  | 'conflict'
  | 'gone'
  | 'quota'
  | 'window'
  | 'lock'
  | 'organization'
  | 'consistency'
  | 'continuous'
  | 'unsupported'
  | 'metadata'
  | 'internal'
  | 'unknown'

export interface Cause {
  kind: CauseKind
  /** What happened and what to do, a sentence each. */
  words: string
}

/** What is known of the job beside its message. */
export interface Failed {
  state: string
  message: string | null
  /** AWS's own word for the kind of message: AccessDenied, InvalidParameters, ... */
  category?: string | null
  /** The ARN of the role that it ran with. */
  role: string | null
}

interface Rule {
  kind: CauseKind
  pattern: RegExp
  words: string | ((message: string, failed: Failed) => string)
}

const nameOf = (role: string | null): string => (role ? `the role ${role.split('/').at(-1)}` : 'its role')

/** Which of AWS's actions a message is about: "rds:CreateDBSnapshot". */
function actionOf(message: string): string | null {
  return (
    /not authorized to perform:? ?\[?([a-z0-9-]+:[A-Za-z*]+)/.exec(message)?.[1] ??
    /\b((?:ec2|rds|dynamodb|s3|kms|backup|backup-storage|elasticfilesystem|fsx|redshift|tag|iam|sts|events|ssm|storagegateway|backup-gateway|timestream|cloudformation|eks|neptune|docdb):[A-Z][A-Za-z]+)\b/.exec(
      message,
    )?.[1] ??
    /(?:call|calling) (?:the )?([A-Z][A-Za-z]+) operation/.exec(message)?.[1] ??
    null
  )
}

function permissionWords(message: string, { role }: Failed): string {
  const action = actionOf(message)
  const what = action
    ? `AWS Backup may not ${action} with ${nameOf(role)}.`
    : `AWS Backup lacks a permission of ${nameOf(role)}.`
  if (/service control policy|resource control policy/i.test(message))
    return `${what} A policy of the organization denies it: except the role there.`
  if (/explicit deny/i.test(message))
    return `${what} A policy denies it explicitly, which beats every allow: except the role there.`
  return `${what} Its policies, its boundary or the resource's own policy have been tightened, or never allowed it: attach AWS's managed policies for AWS Backup to it again${action ? `, or allow ${action}` : ''}.`
}

const key = (todo: string) => (message: string) => {
  const named = /arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(?:key|alias)\/[\w/-]+/.exec(message)?.[0]
  return `The KMS key${named ? ` ${named}` : ''} can't be used: ${todo}`
}

/**
 * From the most telling to the least: the first that matches holds. Messages as the vendor lists them, and as jobs have them.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-dashboards.html
 */
const RULES: readonly Rule[] = [
  {
    kind: 'consistency',
    pattern: /windows vss|\bvss\b/i,
    words:
      'The Windows volumes were not quiesced by VSS, so what was saved is at best as after a power cut. Look at the SSM agent, at ec2-vss-agent.exe and at the permissions of the instance profile.',
  },
  {
    kind: 'lock',
    pattern: /retention specified in the job is not within the range/i,
    words:
      "The retention that the plan asks for is outside of what the vault's lock allows. Bring the rule's retention between the minimum and the maximum of the vault.",
  },
  {
    kind: 'key',
    pattern: /(?:AWS|service) managed key|EBS default key|default Backup service managed key|default EBS key/i,
    words:
      "It is encrypted with a key that AWS manages, and that can't be shared with another account. Encrypt the resource, and the vault, with a key of your own, and allow the other account in its policy.",
  },
  {
    kind: 'key',
    pattern: /key id does not exist|key .{0,200}(?:does not exist|not found|was deleted)|KMS.{0,40}NotFound/i,
    words: key(
      'it is not there any more. Backups are made with it: give the vault or the resource another key, and if it only waits for its deletion, cancel that now.',
    ),
  },
  {
    kind: 'key',
    pattern:
      /(?:disabled|pending deletion|pending import).{0,80}key|key.{0,200}(?:disabled|pending deletion|pending import)|KMSInvalidState|DisabledException/is,
    words: key(
      'it is disabled, waits for its deletion, or its policy keeps AWS Backup out. Enable it or cancel its deletion at once (older backups depend on it too), and let its policy allow the role.',
    ),
  },
  {
    kind: 'key',
    pattern: /key id is not accessible|kms key|\bkms:[A-Z]|\bKMS\b|encryption key|CMK\b/i,
    words: (message, failed) =>
      key(
        `${nameOf(failed.role)} may not use it. Let the key's policy allow it${actionOf(message)?.startsWith('kms:') ? ` ${actionOf(message)}` : ' kms:Decrypt, kms:GenerateDataKey, kms:DescribeKey and kms:CreateGrant'}, and for a copy to another account allow that account.`,
      )(message),
  },
  {
    kind: 'permission',
    pattern:
      /cannot be assumed by AWS Backup|unable to assume|could not assume|not authorized to perform:? sts:AssumeRole/i,
    words: (_, { role }) =>
      `AWS Backup can't take on ${nameOf(role)}: it was deleted, or its trust policy does not name backup.amazonaws.com any more. Mend the role, or give the plan's selection another.`,
  },
  {
    kind: 'permission',
    pattern: /access denied trying to call AWS Backup service/i,
    words:
      'The destination refuses the copy. Allow backup:CopyIntoBackupVault for this account in the access policy of the vault that it is copied to.',
  },
  {
    kind: 'organization',
    pattern: /member of the same organization|cross-account copy feature is not enabled/i,
    words:
      'Copies to other accounts go only between members of one organization that has them switched on. Enable cross-account backup in the management account, and check that both are members.',
  },
  {
    kind: 'permission',
    pattern:
      /not authorized|unauthorized|access ?denied|insufficient privileges|insufficient permissions|(?:does not|do not|doesn't) have (?:\w+ )?permission|miss(?:ing)? permission|lacks? permission|encoded authorization failure/i,
    words: permissionWords,
  },
  {
    kind: 'continuous',
    pattern: /continuous backup|point-in-time/i,
    words:
      'The continuous backup could not be kept up, so there may be no point-in-time recovery, only what snapshots there are. Look at versioning and EventBridge events of the bucket, at the permissions of the role, and that no other plan has a continuous backup of it.',
  },
  {
    kind: 'continuous',
    pattern: /versioning/i,
    words:
      'AWS Backup needs the versions of the bucket. Switch its versioning on, and allow the role s3:GetBucketVersioning.',
  },
  {
    kind: 'quota',
    pattern:
      /limit exceeded|maximum (?:allowed|concurrent|number|supported)|too many|throttl|rate exceeded|more than \d+|can have at most|reached (?:your|the) (?:quota|maximum)|quota|must not have more than/i,
    words:
      'A limit of the account was reached. Spread the start times of the plans, delete what is no longer needed, or ask AWS for a higher quota.',
  },
  {
    kind: 'conflict',
    pattern: /maintenance window/i,
    words:
      "It would have run in, or too close to, the resource's own maintenance window. Move one of both: backups may not begin an hour before it (four for FSx).",
  },
  {
    kind: 'conflict',
    pattern: /automated backup window|backup window configured/i,
    words:
      "It would have run in, or too close to, the database's own backup window. Move the plan's start time away from it.",
  },
  {
    kind: 'conflict',
    pattern:
      /running job for the same resource|already (?:in progress|running)|in-progress (?:backup|snapshot)|another (?:backup|operation)/i,
    words: 'Another job for the same resource was still running. Let the plans that share it begin at other times.',
  },
  {
    kind: 'gone',
    pattern:
      /was not found|not found\b|does not exist|could not find (?:resource|cryopod)|cannot find|no longer available|no longer exists|NotFoundException/i,
    words:
      'The resource, or what it was to be copied from or to, is not there any more. If it was deleted on purpose take it out of the plan; else that is the real trouble.',
  },
  {
    kind: 'conflict',
    pattern:
      /not (?:currently )?in (?:an? |the )?(?:state|available)|is not in state|invalid state|is in (?:an? )?(?:invalid )?(?:"?[a-z-]+"? )?state|in state [A-Za-z]|cannot snapshot|can ?not be backed up|is stopped|currently being (?:modified|deleted|created)|not online|InvalidDBInstanceState|InvalidDBClusterState|IncorrectState/i,
    words:
      'The resource was in a state in which it can not be backed up: stopped, being changed, or being deleted. See that it is available when the plan begins, or move the start time.',
  },
  {
    kind: 'window',
    pattern: /(?:job|backup) expired|expired before|start window|completion window|within the (?:backup|start) window/i,
    words:
      'It did not begin, or did not end, within the time that the plan allows. Widen the start and completion windows, and see what the jobs before it were waiting for.',
  },
  {
    kind: 'metadata',
    pattern: /unable to (?:copy|persist)|resource tags|metadata/i,
    words:
      'The data was saved, but not all that belongs to it (tags, network interfaces): a restore must add that by hand.',
  },
  {
    kind: 'unsupported',
    pattern: /unsupported|not supported|needs a subscription|marketplace|is invalid|not valid/i,
    words:
      "AWS Backup can't do that with this resource, or not as the plan asks for it. Check the service opt-in of the region, the options of the rule, and what AWS supports for its type.",
  },
  {
    kind: 'internal',
    pattern: /internal (?:error|failure)|fatal error|try again|service unavailable/i,
    words: 'AWS Backup had trouble of its own. Start the job again; if it comes back, ask AWS Support with the job id.',
  },
]

/** Of a message only so much is looked at. */
const MATCHED_LENGTH = 2000

/** Why a job failed, by what AWS says of it. Says so too where that is not known. */
export function causeOf(failed: Failed): Cause {
  const message = (failed.message ?? '').slice(0, MATCHED_LENGTH)
  const rule = RULES.find(({ pattern }) => pattern.test(message))
  if (rule) return { kind: rule.kind, words: typeof rule.words === 'string' ? rule.words : rule.words(message, failed) }
  if (failed.state === 'EXPIRED')
    return {
      kind: 'window',
      words:
        'It could not begin within the time that the plan allows. Widen the start window, and see what the jobs before it were waiting for.',
    }
  if (failed.state === 'ABORTED')
    return { kind: 'conflict', words: 'Somebody, or something, stopped it. Start it again where that was not meant.' }
  if (/access.?denied/i.test(failed.category ?? ''))
    return { kind: 'permission', words: permissionWords(message, failed) }
  return { kind: 'unknown', words: "Look at the job in AWS Backup's console." }
}

const SAID_LENGTH = 300

/** What AWS itself says, as it is; empty: nothing. */
export function said(message: string | null): string {
  return message ? ` AWS says: "${printable(message.trim()).slice(0, SAID_LENGTH)}"` : ''
}
