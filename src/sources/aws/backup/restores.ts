import { instant } from '../../../domain/instant.ts'
import type { ObservedDrill } from '../../../domain/observation.ts'
import { causeOf, said } from './causes.ts'
import { lastPartOf } from './config.ts'
import type { RestoreJobFacts } from './facts.ts'

/**
 * A restore that has come to its end, as a drill of what was restored; null: somebody stopped it, which says nothing.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html
 */
export function drillOf(job: RestoreJobFacts, check: string): ObservedDrill | null {
  if (job.status === 'ABORTED' && job.testPlan === null) return null
  const { id, createdAt, endedAt, pointAt, testPlan, validation } = job
  const isRestored = job.status === 'COMPLETED'
  const gaps: string[] = []
  if (!isRestored)
    gaps.push(
      `The restore ${job.status === 'ABORTED' ? 'was aborted' : 'failed'}: ${causeOf({ ...job, state: job.status, role: null }).words}${said(job.message)}`,
    )
  if (isRestored && validation === 'FAILED')
    gaps.push(`What was restored did not pass its validation.${said(job.validationMessage)}`)
  if (isRestored && validation === 'TIMED_OUT')
    gaps.push('Nobody said in time whether what was restored is right: the validation timed out.')
  return {
    kind: 'drill',
    check,
    id,
    at: instant(createdAt),
    by: testPlan ? `the restore testing plan ${planOf(testPlan)} of AWS Backup` : 'a restore job of AWS Backup',
    outcome: !isRestored || validation === 'FAILED' ? 'failed' : validation === 'SUCCESSFUL' ? 'verified' : 'restored',
    rtaMs: isRestored && endedAt !== null && endedAt >= createdAt ? endedAt - createdAt : null,
    rpaMs: isRestored && pointAt !== null && pointAt <= createdAt ? createdAt - pointAt : null,
    gaps,
    note: isRestored && validation === null ? 'Only that it was restored is known: nobody validated it.' : null,
  }
}

/** "nightly" of "arn:aws:backup:...:restore-testing-plan:nightly-1a2b...": AWS puts an id behind the name. */
function planOf(arn: string): string {
  return lastPartOf(arn).replace(/-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, '')
}
