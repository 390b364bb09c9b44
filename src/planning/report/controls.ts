import type { IncidentType } from '../../domain/incident.ts'
import type { ControlResult, FindingTotals, RuleTotal } from './report.ts'
import { addFindings } from './totals.ts'

type Control = Omit<ControlResult, 'result' | 'findings' | 'incidents'>

const AWS = 'AWS Backup Audit Manager'
const ISO = 'ISO/IEC 27001:2022, Annex A'
const SOC = 'SOC 2, trust services criteria'
const NIST = 'NIST SP 800-53 Rev. 5'

/**
 * Which of our rules answer which control, and how far. Names are those of the frameworks:
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/choosing-controls.html and .../creating-frameworks-api.html,
 * https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final, the trust services criteria of 2017, ISO/IEC 27001:2022.
 */
export const CONTROLS: readonly Control[] = [
  {
    framework: AWS,
    control: 'BACKUP_RESOURCES_PROTECTED_BY_BACKUP_PLAN',
    title: 'Backup resources are included in at least one backup plan',
    coverage: 'partly',
    rules: ['copies'],
    conditions: ['UNPROTECTED', 'PLAN_SELECTS_NOTHING'],
    how: 'Whether declared services have copies that exist, whatever made them; of accounts whose AWS Backup is watched, also what no plan selects.',
  },
  {
    framework: AWS,
    control: 'BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK',
    title: 'Backup plan has minimum frequency and minimum retention',
    coverage: 'partly',
    rules: ['rpo', 'retention'],
    conditions: ['PLAN_RETENTION'],
    how: 'By the recovery points that exist and the RPO and retention that are declared; of a plan, whether what it keeps can work at all.',
  },
  {
    framework: AWS,
    control: 'BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED',
    title: 'Vaults prevent manual deletion of recovery points',
    coverage: 'partly',
    rules: ['immutability'],
    conditions: ['DELETION_ALLOWED'],
    how: 'Whether at least one copy is locked where it lies, and whether the policy of a watched vault lets anyone delete.',
  },
  {
    framework: AWS,
    control: 'BACKUP_RECOVERY_POINT_ENCRYPTED',
    title: 'Recovery points are encrypted',
    coverage: 'partly',
    rules: ['encryption'],
    conditions: ['KEY_UNUSABLE'],
    how: 'By the kind of repository, and by what is declared. Not by reading each recovery point.',
  },
  {
    framework: AWS,
    control: 'BACKUP_RECOVERY_POINT_MINIMUM_RETENTION_CHECK',
    title: 'Minimum retention established for recovery point',
    coverage: 'partly',
    rules: ['retention'],
    conditions: [],
    how: 'Whether the points that were to be kept are there now. Not when each is going to expire.',
  },
  {
    framework: AWS,
    control: 'BACKUP_RESOURCES_PROTECTED_BY_CROSS_REGION',
    title: 'Cross-Region backup copy is scheduled',
    coverage: 'partly',
    rules: ['off-site'],
    conditions: ['COPY_FAILED'],
    how: 'Whether copies exist that the loss of a region leaves, where regions are known. Not whether one is scheduled.',
  },
  {
    framework: AWS,
    control: 'BACKUP_RESOURCES_PROTECTED_BY_CROSS_ACCOUNT',
    title: 'Cross-account backup copy is scheduled',
    coverage: 'partly',
    rules: ['off-site'],
    conditions: ['COPY_FAILED'],
    how: 'Whether copies exist that the loss of an account leaves, where accounts are known. Not whether one is scheduled.',
  },
  {
    framework: AWS,
    control: 'BACKUP_RESOURCES_PROTECTED_BY_BACKUP_VAULT_LOCK',
    title: 'Backups are protected by AWS Backup Vault Lock',
    coverage: 'partly',
    rules: ['immutability'],
    conditions: ['LOCK_MISSING'],
    how: 'Any lock that was seen where the copy lies counts: vault lock is one of them.',
  },
  {
    framework: AWS,
    control: 'BACKUP_LAST_RECOVERY_POINT_CREATED',
    title: 'Last recovery point was created',
    coverage: 'whole',
    rules: ['rpo'],
    conditions: [],
    how: 'The newest recovery point against the RPO of the service, now and over the period.',
  },
  {
    framework: AWS,
    control: 'RESTORE_TIME_FOR_RESOURCES_MEET_TARGET',
    title: 'Restore time for resources meet target',
    coverage: 'whole',
    rules: ['rto'],
    conditions: [],
    how: 'The last drill that was timed against the RTO of the service.',
  },
  {
    framework: AWS,
    control: 'RESOURCES_IN_LOGICALLY_AIR_GAPPED_VAULT',
    title: 'Resources are inside a logically air-gapped vault',
    coverage: 'none',
    rules: [],
    conditions: [],
    how: 'Nothing here tells this kind of vault from others.',
  },
  {
    framework: ISO,
    control: 'A.8.13',
    title: 'Information backup',
    coverage: 'partly',
    rules: ['rpo', 'copies', 'off-site', 'encryption', 'retention', 'drill-recency'],
    conditions: [],
    how: 'Copies that exist, are young enough, kept, encrypted, elsewhere, and were restored. Not the policy on backup itself, nor software and systems that are no declared service.',
  },
  {
    framework: SOC,
    control: 'A1.2',
    title: 'Environmental protections, software, data backup processes and recovery infrastructure',
    coverage: 'partly',
    rules: ['rpo', 'copies', 'off-site', 'ownership'],
    conditions: ['NOTIFICATIONS_MISSING'],
    how: 'The operation and monitoring of data backup: points within the RPO, breaches and incidents of the period. Not environmental protections.',
  },
  {
    framework: SOC,
    control: 'A1.3',
    title: 'Recovery plan procedures are tested',
    coverage: 'partly',
    rules: ['drill-recency', 'rto', 'restore-order'],
    conditions: [],
    how: 'Restore drills that were recorded, with their times and outcomes. Not exercises of the organisation.',
  },
  {
    framework: NIST,
    control: 'CP-9',
    title: 'System Backup',
    coverage: 'partly',
    rules: ['rpo', 'copies', 'encryption', 'immutability'],
    conditions: ['KEY_UNUSABLE'],
    how: 'How often backups are made, and how copies are protected. Not backups of system documentation.',
  },
  {
    framework: NIST,
    control: 'CP-9(1)',
    title: 'Testing for Reliability and Integrity',
    coverage: 'partly',
    rules: ['drill-recency', 'shrinkage'],
    conditions: [],
    how: 'Restore drills whose data was verified, and points that shrank. Not the media.',
  },
  {
    framework: NIST,
    control: 'CP-9(2)',
    title: 'Test Restoration Using Sampling',
    coverage: 'partly',
    rules: ['drill-recency'],
    conditions: [],
    how: 'Restores that were tried, service by service. Not whether they were part of a test of the contingency plan.',
  },
  {
    framework: NIST,
    control: 'CP-9(3)',
    title: 'Separate Storage for Critical Information',
    coverage: 'partly',
    rules: ['off-site'],
    conditions: [],
    how: 'Copies in another failure domain than production. Not fire-rated containers.',
  },
  {
    framework: NIST,
    control: 'CP-9(5)',
    title: 'Transfer to Alternate Storage Site',
    coverage: 'partly',
    rules: ['off-site', 'rpo'],
    conditions: ['COPY_FAILED'],
    how: 'Copies elsewhere, and whether each is young enough. Not the transfer itself.',
  },
  {
    framework: NIST,
    control: 'CP-9(8)',
    title: 'Cryptographic Protection',
    coverage: 'partly',
    rules: ['encryption', 'key-access'],
    conditions: ['KEY_UNUSABLE'],
    how: 'Encrypted copies, and who can decrypt them. Not the strength of the mechanism.',
  },
  {
    framework: NIST,
    control: 'CP-10',
    title: 'System Recovery and Reconstitution',
    coverage: 'partly',
    rules: ['rto', 'restore-order', 'drill-recency'],
    conditions: [],
    how: 'Whether services were brought back in time, and in which order they have to be.',
  },
]

/**
 * What the findings, by their rule, say of each control, and the incidents that are open about how backups are kept. What is
 * accepted is a finding still.
 */
export function controlResults(
  rules: readonly RuleTotal[],
  openIncidents: ReadonlyMap<IncidentType, number>,
): ControlResult[] {
  return CONTROLS.map((control) => {
    const findings: FindingTotals = { pass: 0, fail: 0, unknown: 0, waived: 0 }
    for (const total of rules) if (control.rules.includes(total.rule)) addFindings(findings, total)
    const incidents = control.conditions.reduce((sum, type) => sum + (openIncidents.get(type) ?? 0), 0)
    return { ...control, findings, incidents, result: resultOf(control, findings, incidents) }
  })
}

function resultOf(
  { coverage }: Control,
  { pass, fail, unknown, waived }: FindingTotals,
  incidents: number,
): ControlResult['result'] {
  if (coverage === 'none') return 'not-judged'
  if (fail + waived + incidents > 0) return 'findings'
  return unknown > 0 || pass === 0 ? 'unknown' : 'no-findings'
}
