import type { Condition } from '../../../../domain/condition.ts'
import { printable } from '../../../../lib/printable.ts'
import type { Answer } from '../vaults/answer.ts'
import type { PlanFacts } from './plan.ts'
import { type Resource, selects } from './selection.ts'

/** What AWS Backup can protect, as the tagging API calls it: https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-feature-availability.html */
export const RESOURCE_TYPES = [
  'cloudformation:stack',
  'dynamodb:table',
  'ec2:instance',
  'ec2:volume',
  'eks:cluster',
  'elasticfilesystem:file-system',
  'fsx:file-system',
  'rds:cluster',
  'rds:db',
  'redshift:cluster',
  's3',
  'storagegateway:gateway',
  'timestream:database',
]

/** Of these it is usual that most are in no plan: they are told only where one of them is. */
const SELDOM = new Set(['cloudformation:stack', 'eks:cluster', 's3:bucket', 'ec2:instance', 'storagegateway:gateway'])

const TYPE = 'UNPROTECTED'
const MOST = 10
/** https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html */
const UNSEEN = 'What never had a tag can not be seen: AWS has no list of it.'

/** Whether there are resources that no plan of the region selects, as far as AWS lists them. */
export function judgeUnprotected(plans: readonly PlanFacts[], resources: Answer<readonly Resource[]>): Condition {
  const told = { type: TYPE, severity: 'warning', advice: null } as const
  if ('unknown' in resources)
    return { ...told, outcome: 'unknown', reason: resources.unknown, advice: resources.advice }
  const blind = plans.find(({ selections }) => 'unknown' in selections)?.selections
  if (blind && 'unknown' in blind) return { ...told, outcome: 'unknown', reason: blind.unknown, advice: blind.advice }
  const isSelected = plans.flatMap(({ selections }) => ('value' in selections ? selections.value : [])).map(selects)

  const left = new Map<string, string[]>()
  const covered = new Set<string>()
  const types = new Set<string>()
  for (const resource of resources.value) {
    const type = typeOf(resource.arn)
    types.add(type)
    if (isSelected.some((test) => test(resource))) covered.add(type)
    else {
      const arns = left.get(type) ?? []
      arns.push(resource.arn)
      left.set(type, arns)
    }
  }
  for (const type of left.keys()) {
    const isUsual = SELDOM.has(type) && !covered.has(type)
    // whose volumes are whose, and which databases are members of a cluster, is not told in this list
    const isPart =
      (type === 'ec2:volume' && covered.has('ec2:instance')) ||
      (type === 'ec2:instance' && covered.has('ec2:volume')) ||
      (type === 'rds:db' && types.has('rds:cluster'))
    if (isUsual || isPart) left.delete(type)
  }
  const all = [...left.values()].flat().sort()
  if (all.length === 0)
    return {
      ...told,
      outcome: 'pass',
      reason: `Every resource that has, or had, a tag is selected by a plan. ${UNSEEN}`,
    }
  const counts = [...left].map(([type, arns]) => `${arns.length} ${type}`).sort()
  const named = all.slice(0, MOST).map((arn) => printable(arn).slice(0, 300))
  const more = all.length > MOST ? ` and ${all.length - MOST} more` : ''
  return {
    ...told,
    outcome: 'fail',
    reason: `No backup plan of the region selects ${counts.join(', ')}: ${named.join(', ')}${more}. ${UNSEEN}`,
    advice: 'Assign them to a plan (by a tag, or by their type), or leave this out (unprotected: off).',
    evidence: { count: all.length, resources: all.slice(0, 100) },
  }
}

/** "ec2:volume" of arn:aws:ec2:eu-central-1:123456789012:volume/vol-1, "rds:db" of ...:db:appdb, "s3:bucket" of a bucket. */
function typeOf(arn: string): string {
  const [, , service = '', , , rest = ''] = arn.split(':')
  return service === 's3' ? 's3:bucket' : `${service}:${rest.split('/')[0]}`
}
