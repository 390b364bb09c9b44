import type { BackupJobFacts, CopyJobFacts } from './facts.ts'
import { JOBS_REACH_MS } from './feed.ts'

/** What is kept of the jobs of one resource, however many there are. */
export interface JobsOf {
  type: string
  name: string | null
  /** When the first of them was created, as far back as they are known. */
  firstAt: number
  /** The newest that did not make what it was to make, or not without issues. */
  failed: BackupJobFacts | null
  /** The newest that made a recovery point. */
  completed: BackupJobFacts | null
  open: Map<string, BackupJobFacts>
  /** The newest of each rule of a plan, whatever became of it, by the id of the rule. */
  byRule: Map<string, BackupJobFacts>
}

/**
 * "Completed with issues" has a category other than SUCCESS.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListBackupJobs.html
 */
export function isFailed({ state, category, message }: BackupJobFacts): boolean {
  if (state === 'COMPLETED') return category === null ? message !== null : category !== 'SUCCESS'
  return state === 'FAILED' || state === 'ABORTED' || state === 'EXPIRED' || state === 'PARTIAL'
}

export const endOf = ({ endedAt, createdAt }: { endedAt: number | null; createdAt: number }): number =>
  endedAt ?? createdAt

/** Whether the recovery point that a job made should still be there. */
export const isKept = ({ keptUntil }: BackupJobFacts, now: number): boolean => keptUntil === null || keptUntil > now

/** The newest jobs of each resource. */
export class NewestJobs {
  readonly byResource = new Map<string, JobsOf>()

  add(job: BackupJobFacts): void {
    let known = this.byResource.get(job.resource)
    if (!known) {
      const { type, name, createdAt } = job
      known = { type, name, firstAt: createdAt, failed: null, completed: null, open: new Map(), byRule: new Map() }
      this.byResource.set(job.resource, known)
    }
    known.firstAt = Math.min(known.firstAt, job.createdAt)
    known.name = job.name ?? known.name
    const ofRule = job.rule && known.byRule.get(job.rule.id)
    if (job.rule && (!ofRule || job.createdAt >= ofRule.createdAt)) known.byRule.set(job.rule.id, job)
    if (!job.isOver) {
      known.open.set(job.id, job)
      return
    }
    known.open.delete(job.id)
    if (isFailed(job) && (!known.failed || endOf(job) >= endOf(known.failed))) known.failed = job
    if (job.state === 'COMPLETED' && (!known.completed || job.createdAt >= known.completed.createdAt))
      known.completed = job
  }

  /** Takes out what AWS Backup would not list any more: it is to be as if all had been read anew. */
  forget(isOpen: (id: string) => boolean, now: number): void {
    const isPast = (job: BackupJobFacts | null) => job !== null && job.createdAt <= now - JOBS_REACH_MS
    for (const [resource, known] of this.byResource) {
      for (const id of known.open.keys()) if (!isOpen(id)) known.open.delete(id)
      if (isPast(known.failed)) known.failed = null
      if (isPast(known.completed)) known.completed = null
      for (const [id, job] of known.byRule) if (isPast(job)) known.byRule.delete(id)
      if (!known.failed && !known.completed && known.open.size === 0) this.byResource.delete(resource)
    }
  }
}

/** The newest copy job of each resource to each vault that has come to its end. */
export class NewestCopies {
  readonly byResource = new Map<string, Map<string, CopyJobFacts>>()

  add(job: CopyJobFacts): void {
    if (!job.isOver) return
    const byVault = this.byResource.get(job.resource) ?? new Map<string, CopyJobFacts>()
    this.byResource.set(job.resource, byVault)
    const before = byVault.get(job.to)
    if (!before || job.createdAt >= before.createdAt) byVault.set(job.to, job)
  }

  forget(now: number): void {
    for (const [resource, byVault] of this.byResource) {
      for (const [to, job] of byVault) if (job.createdAt <= now - JOBS_REACH_MS) byVault.delete(to)
      if (byVault.size === 0) this.byResource.delete(resource)
    }
  }
}
