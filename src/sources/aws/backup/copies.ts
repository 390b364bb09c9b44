import type { Condition } from '../../../domain/condition.ts'
import { instant, toIso } from '../../../domain/instant.ts'
import { causeOf, said } from './causes.ts'
import type { CopyJobFacts } from './facts.ts'
import { endOf } from './jobs.ts'

/**
 * What the newest copy job of a resource to each vault came to. A failed copy leaves the backup itself as good as it was, so
 * it is told beside the status, until the next copy to that vault succeeds. Null: it is not copied.
 */
export function copyCondition(copies: readonly CopyJobFacts[]): Condition | null {
  if (copies.length === 0) return null
  const failed = copies
    .filter(({ state }) => state !== 'COMPLETED')
    .sort((a, b) => endOf(b) - endOf(a) || (a.to < b.to ? -1 : 1))
  const [newest] = failed
  const shared = { type: 'COPY_FAILED', severity: 'warning', advice: null } as const
  if (!newest) {
    const to = copies.map(({ to: arn }) => placeOf(arn)).sort()
    return { ...shared, outcome: 'pass', reason: `The newest copies, to ${to.join(' and ')}, succeeded.` }
  }
  const others = failed.slice(1).map(({ to }) => placeOf(to))
  const partly = newest.state === 'PARTIAL' ? 'copied a part only' : 'failed'
  return {
    ...shared,
    outcome: 'fail',
    advice:
      'Mend what the reason names, then copy the newest recovery point by hand, or see that the next copy succeeds.',
    reason: `The newest copy to ${placeOf(newest.to)} ${partly} (${toIso(instant(endOf(newest)))}): ${causeOf(newest).words}${others.length > 0 ? ` So did that to ${others.join(' and ')}.` : ''}${said(newest.message)}`,
    evidence: { jobs: failed.slice(0, 20).map(({ id }) => id), vaults: failed.slice(0, 20).map(({ to }) => to) },
  }
}

/** "the vault dr in eu-west-1 of 123456789012". https://docs.aws.amazon.com/aws-backup/latest/devguide/access-control.html */
function placeOf(arn: string): string {
  const [, , , region, account, , ...name] = arn.split(':')
  return region && account && name.length > 0
    ? `the vault ${name.join(':')} in ${region} of ${account}`
    : `the vault ${arn || 'that is not named'}`
}
