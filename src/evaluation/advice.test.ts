import { describe, expect, it, test } from 'vitest'
import { aCheck } from '../../test/fakes/checks.ts'
import { HOSTILE, NOW } from '../../test/fakes/notification.ts'
import { aPolicy } from '../../test/fakes/policy.ts'
import { plus } from '../domain/instant.ts'
import { FAULT_KINDS } from '../domain/source-fault.ts'
import { STATUSES } from '../domain/status.ts'
import { sources } from '../sources/registry.ts'
import { adviceFor, adviceOnFault } from './advice.ts'
import { evaluate } from './evaluate.ts'

const HOUR = 3_600_000
type More = Parameters<typeof aCheck>[1]
const point = (hoursAgo: number) => ({ id: 'p', recoverableTo: plus(NOW, -hoursAgo * HOUR), sizeBytes: 1 })
const late = { newestGood: point(30) }
const none = { newestGood: null }
const failure = { at: plus(NOW, -0.1 * HOUR), reason: 'exit status 12' }
const fault = { kind: 'timeout' as const, message: 'It took too long.', advice: null }
const blind = { outcome: 'failed' as const, fault, tries: 3 }

/** What the incidents of a check say. */
const told = (id: string, more: More) =>
  evaluate(aCheck(id, more), aPolicy(), null, NOW).findings.flatMap(({ incident, advice }) =>
    incident ? [[incident.type, advice]] : [],
  )

const s3 = 's3:https://s3.example.com/backups/web'

test.each<[string, More, string[][]]>([
  [
    'restic, stale',
    { facts: late, resource: { id: s3 } },
    [
      [
        'BACKUP_STALE',
        `See whether the job ran on the machine that is backed up (its log there, systemctl status, journalctl). \`restic -r ${s3} snapshots\` shows what is there.`,
      ],
    ],
  ],
  [
    'restic, one machine of a repository, in a folder with a blank',
    { scope: 'x/main', facts: late, resource: { id: "/srv/it's here#web" } },
    [['BACKUP_STALE', expect.stringContaining("`restic -r '/srv/it'\\''s here' snapshots`")]],
  ],
  [
    'restic, with a password that is masked',
    { facts: late, resource: { id: 'rest:https://u:[secret]@h/' } },
    [['BACKUP_STALE', expect.not.stringContaining('restic -r')]],
  ],
  [
    'heartbeat, missing',
    { type: 'heartbeat', facts: none, resource: { name: 'nightly' } },
    [['BACKUP_MISSING', expect.stringMatching(/^The job "nightly" reported no success: .* leave this out/)]],
  ],
  [
    'heartbeat, failed',
    { type: 'heartbeat', facts: { newestFailure: failure }, resource: { name: 'nightly' } },
    [['BACKUP_FAILED', expect.stringMatching(/^See the output of the job "nightly" for what it failed at/)]],
  ],
  [
    'heartbeat, running for too long',
    { type: 'heartbeat', facts: { running: { since: plus(NOW, -9 * HOUR), overdueAt: plus(NOW, -1) } } },
    [['BACKUP_FAILED', expect.stringMatching(/^See whether the job still runs on its machine or hangs/)]],
  ],
  [
    'aws-backup, failed',
    { type: 'aws-backup', facts: { newestFailure: failure }, resource: { name: 'orders' } },
    [['BACKUP_FAILED', expect.stringMatching(/^Mend what the reason names, .* "orders" on demand/)]],
  ],
  [
    'what is there does not count',
    { type: 'file', facts: { ...none, newestRejected: { at: NOW, reason: 'it is empty' } } },
    [['BACKUP_MISSING', 'Mend why the newest does not count, then make a new backup.']],
  ],
  [
    'stale, and not seen since',
    { facts: late, look: blind },
    [
      ['BACKUP_STALE', expect.stringMatching(/^What was made since then is not known: .*raise `timeout`/)],
      ['CHECK_ERROR', expect.stringContaining('raise `timeout`')],
    ],
  ],
  [
    'a fault that has advice',
    { look: { ...blind, fault: { ...fault, advice: 'Ask Ann.' } } },
    [['CHECK_ERROR', 'Ask Ann.']],
  ],
  [
    'a clock',
    { facts: { newestFuture: point(-3) } },
    [['POINT_IN_FUTURE', expect.stringMatching(/^Compare the clock/)]],
  ],
])('what to do: %s', (_, more, expected) => {
  expect(told('x/main/web', more)).toEqual(expected)
})

describe('advice', () => {
  it('is there for each status that calls for an incident, whatever the type of the check', () => {
    const types = [
      ...sources.map(({ type }) => type),
      'ebs-snapshot',
      'rds-pitr',
      'rds-snapshot',
      'aws-backup',
      'constructor',
    ]
    for (const type of types)
      for (const status of STATUSES) {
        const advice = adviceFor(aCheck('x/y', { type }), status)
        if (['ok', 'error', 'paused'].includes(status)) expect(advice).toBeNull()
        else expect(advice, `${type} ${status}`).toMatch(/^[A-Z].*[.]$/)
      }
  })

  it('is there for each kind of fault', () => {
    for (const kind of FAULT_KINDS) expect(adviceOnFault({ ...fault, kind })).toMatch(/^[A-Z].*\.$/)
  })

  it('quotes names, cuts long ones, and offers no command that holds a hostile one', () => {
    const name = `${HOSTILE}${'y'.repeat(10_000)}`
    for (const type of [
      'restic',
      'heartbeat',
      'file',
      's3-dump',
      'command',
      'ebs-snapshot',
      'rds-snapshot',
      'aws-backup',
    ])
      for (const status of ['stale', 'missing', 'failed'] as const) {
        const advice = adviceFor(aCheck('x/y', { type, resource: { id: name, name, region: name } }), status) ?? ''
        expect(advice).not.toMatch(/[\p{Cc}\p{Bidi_Control}]|restic -r/u)
        expect(advice.isWellFormed()).toBe(true)
        expect(advice.length).toBeLessThan(600)
      }
  })
})
