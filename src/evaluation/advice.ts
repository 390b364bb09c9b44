import type { CheckSubject } from '../domain/facts.ts'
import type { CheckType } from '../domain/observation.ts'
import type { FaultKind, SourceFault } from '../domain/source-fault.ts'
import type { CheckStatus } from '../domain/status.ts'
import { printable } from '../lib/printable.ts'
import { singleQuoted } from '../lib/shell.ts'

/**
 * What to do about a check that is not well, in a line or two: where to look, never a guess at what it is. What a source has
 * said (the reason of a failure, the advice of a fault) goes before general words.
 */
export function adviceFor(subject: CheckSubject, status: CheckStatus): string | null {
  const { facts, look, type } = subject
  const whereToLook = LOOK.get(type) ?? LOOK_ANYWHERE
  switch (status) {
    case 'due':
      return 'Nothing is late yet: see that the next backup runs before then.'
    case 'stale':
      return look.outcome === 'failed'
        ? `What was made since then is not known: let it be read again first. ${adviceOnFault(look.fault)}`
        : whereToLook(subject)
    case 'missing':
      return facts.newestRejected || facts.newestFuture
        ? 'Mend why the newest does not count, then make a new backup.'
        : `${whereToLook(subject)} If one is not needed, leave this out of its source.`
    case 'failed':
      return adviceOnFailure(subject)
    case 'ok':
    case 'error':
    case 'paused':
      return null
  }
}

/** A fault's own advice, else what helps against its kind. */
export function adviceOnFault({ kind, advice }: SourceFault): string {
  return advice ?? FAULT[kind]
}

const LOGS = 'its log there, systemctl status, journalctl'

/** Where to see why no good backup came. */
const LOOK: ReadonlyMap<CheckType, (subject: CheckSubject) => string> = new Map(
  Object.entries({
    restic: (subject: CheckSubject) => {
      const repository = repositoryOf(subject)
      const shows = repository ? ` \`restic -r ${repository} snapshots\` shows what is there.` : ''
      return `See whether the job ran on the machine that is backed up (${LOGS}).${shows}`
    },
    heartbeat: ({ resource }: CheckSubject) =>
      `The job ${quoted(resource.name)} reported no success: see whether it ran on its machine (${LOGS}), and whether it reaches Backproof from there.`,
    file: ({ resource }: CheckSubject) =>
      `See whether the job that writes to ${quoted(resource.id)} ran (${LOGS}), and whether there is room for what it writes.`,
    's3-dump': ({ resource }: CheckSubject) =>
      `See whether the job that uploads to ${quoted(resource.id)} ran (${LOGS}), and whether it may still write there.`,
    command: ({ resource }: CheckSubject) =>
      `See whether the job that makes the backups of ${quoted(resource.name)} ran (${LOGS}).`,
    'ebs-snapshot': ({ resource }: CheckSubject) =>
      `See whether what makes its snapshots (Data Lifecycle Manager, AWS Backup, a script) is on, and still selects the volume ${quoted(resource.id)} by its tags.`,
    'rds-pitr': () =>
      'See its events in RDS, and whether its automated backups are on (a retention of a day or more) and it is not stopped.',
    'rds-snapshot': onSnapshots,
    'rds-cluster-snapshot': onSnapshots,
    'aws-backup': ({ resource }: CheckSubject) =>
      `See its jobs in AWS Backup${resource.region ? ` in ${quoted(resource.region)}` : ''}: if there is none since then, whether a plan still selects ${quoted(resource.name)}, and what its window is.`,
  }),
)

const LOOK_ANYWHERE = ({ resource }: CheckSubject) =>
  `See whether the job that backs up ${quoted(resource.name)} ran, in its log.`

function onSnapshots({ resource }: CheckSubject): string {
  return `See its events in RDS, and whether what makes its snapshots (automated backups, AWS Backup, a script) is on for ${quoted(resource.name)}.`
}

function adviceOnFailure({ facts: { running, newestFailure: failure }, type, resource }: CheckSubject): string {
  // as judgeStatus tells them apart: the run that has not ended is what it speaks of
  if (running?.overdueAt && running.overdueAt > (failure?.at ?? 0))
    return `See whether the job still runs${type === 'aws-backup' ? ' in AWS Backup' : ' on its machine'} or hangs: end it if it does, and run it again.`
  if (type === 'aws-backup')
    return `Mend what the reason names, then make a backup of ${quoted(resource.name)} on demand: the plan's next may be long to come.`
  return `See the output of the job ${quoted(resource.name)} for what it failed at (${LOGS}), mend that, and run it again.`
}

const FAULT: Record<FaultKind, string> = {
  denied: 'Give Backproof the permissions that it asks for: `backproof permissions` prints them.',
  credentials: 'Compare the credentials of the source with those that work by hand.',
  'not-found':
    'See whether it was moved, renamed or deleted, or is not mounted; correct the source if it was meant to be.',
  locked: 'See what holds it, and whether that still runs; a lock that nothing holds any more can be taken off.',
  throttled: 'Look at it less often (`every`), or see what else asks there so often.',
  timeout: 'See whether it answers by hand from the machine that runs Backproof; raise `timeout` if it is only slow.',
  network:
    'See whether it can be reached from the machine that runs Backproof: its name, the route, a firewall, its certificate.',
  unreadable: 'Read it by hand, and compare the versions there with what the documentation of the source asks for.',
  tool: 'Run the program that reads it by hand, as the user that runs Backproof.',
  clock: 'Check the time synchronisation of the machine that runs Backproof.',
  internal: 'It is a bug of Backproof: please report it, with its log.',
}

/** More of a name from outside would bury the advice. */
const LONGEST_NAME = 120

function quoted(name: string): string {
  const shown = printable(name.toWellFormed())
  const characters = Array.from(shown)
  return `"${characters.length > LONGEST_NAME ? `${characters.slice(0, LONGEST_NAME - 1).join('')}…` : shown}"`
}

/** As an argument for a shell; null: it is not one that can be pasted (too long, hidden characters, a masked secret). */
function repositoryOf({ id, scope, resource }: CheckSubject): string | null {
  // a check of one group of snapshots: "URL#GROUP", and its id is "SCOPE/GROUP"
  const group = id.startsWith(`${scope}/`) ? `#${id.slice(scope.length + 1)}` : ''
  const url = group && resource.id.endsWith(group) ? resource.id.slice(0, -group.length) : resource.id
  if (url === '' || url.length > LONGEST_NAME || printable(url) !== url || !url.isWellFormed()) return null
  if (/[`[\]]|^-/.test(url)) return null
  return /^[\w./:@-]+$/.test(url) ? url : singleQuoted(url)
}
