import type { LossKind, Service, ServiceCopy, ServiceFinding, ServiceSummary, Simulation } from '../api/services.ts'
import type { IconName } from '../ui/icon.tsx'

type Outcome = ServiceFinding['outcome']

export const OUTCOME: Record<Outcome, { label: string; icon: IconName; text: string; soft: string }> = {
  fail: { label: 'Fails', icon: 'failed', text: 'text-missing', soft: 'bg-missing-soft' },
  unknown: { label: 'Not known', icon: 'error', text: 'text-error', soft: 'bg-error-soft' },
  pass: { label: 'Passes', icon: 'ok', text: 'text-ok', soft: 'bg-ok-soft' },
  'not-applicable': { label: 'Does not apply', icon: 'all', text: 'text-muted', soft: 'bg-raised' },
}

/** Lowest first. */
export const RUNGS = [
  'job-ran',
  'exists',
  'readable',
  'restored',
  'verified',
  'within-rto',
] as const satisfies readonly NonNullable<ServiceSummary['ladder']['rung']>[]

export const RUNG: Record<(typeof RUNGS)[number], string> = {
  'job-ran': 'A job ran',
  exists: 'Exists, fresh',
  readable: 'Readable',
  restored: 'Restored',
  verified: 'Verified',
  'within-rto': 'Within RTO',
}

export const RULES: Record<string, string> = {
  rpo: 'RPO',
  copies: 'Copies (3-2-1)',
  'off-site': 'Off-site',
  'copies-strict': '3-2-1-1-0',
  immutability: 'Immutability',
  encryption: 'Encryption',
  'key-access': 'Key access',
  'app-consistency': 'App-consistency',
  retention: 'Retention',
  'drill-recency': 'Drills',
  rto: 'RTO',
  'restore-order': 'Restore order',
  ownership: 'Ownership',
  domains: 'Places as declared',
  contradictions: 'Contradictions',
  shrinkage: 'Shrinkage',
}

/** Rules that a newer server knows stay as they are. */
export const ruleLabel = (rule: string): string => (Object.hasOwn(RULES, rule) ? (RULES[rule] ?? rule) : rule)

/** Why a service can be graver than its incidents. */
export const GRAVER_THAN_INCIDENTS =
  'What fails of a tier 1 is critical here. Its incident may be a warning: nobody is woken for how a service is set up.'

export const STANDING: Record<ServiceCopy['standing'], { label: string; icon: IconName; text: string }> = {
  proven: { label: 'Proven', icon: 'ok', text: 'text-ok' },
  unknown: { label: 'Not known', icon: 'error', text: 'text-error' },
  absent: { label: 'Not there', icon: 'missing', text: 'text-missing' },
}

export const DRILL: Record<Service['drills'][number]['outcome'], { label: string; icon: IconName; text: string }> = {
  verified: { label: 'Verified', icon: 'ok', text: 'text-ok' },
  restored: { label: 'Restored, not verified', icon: 'due', text: 'text-due' },
  failed: { label: 'Failed', icon: 'failed', text: 'text-missing' },
}

type Fate = Simulation['services'][number]['fate']

export const FATE: Record<Fate, { label: string; means: string; icon: IconName; text: string; soft: string }> = {
  gone: {
    label: 'Gone',
    means: 'It is down, and nothing is left to restore it from.',
    icon: 'failed',
    text: 'text-missing',
    soft: 'bg-missing-soft',
  },
  unknown: {
    label: 'Not known',
    means: 'It is down, and what is left is not proven.',
    icon: 'error',
    text: 'text-error',
    soft: 'bg-error-soft',
  },
  restorable: {
    label: 'Restorable',
    means: 'It is down, and a proven copy is left.',
    icon: 'due',
    text: 'text-due',
    soft: 'bg-due-soft',
  },
  running: {
    label: 'Runs on',
    means: 'It runs on, with fewer copies.',
    icon: 'stale',
    text: 'text-stale',
    soft: 'bg-stale-soft',
  },
  untouched: { label: 'Untouched', means: 'Nothing of it is lost.', icon: 'ok', text: 'text-ok', soft: 'bg-ok-soft' },
}

export const LOSS_KIND: Record<LossKind, string> = {
  provider: 'Provider',
  account: 'Account',
  region: 'Region',
  site: 'Site',
  medium: 'Medium',
  credential: 'Credential',
  key: 'Key',
  service: 'Service',
  check: 'Check',
}

/** "account:1234" in its parts, for people. */
export function lossParts(loss: string): { kind: string; value: string } {
  const colon = loss.indexOf(':')
  const kind = loss.slice(0, Math.max(0, colon))
  const known = Object.entries(LOSS_KIND).find(([name]) => name === kind)
  return { kind: known ? known[1] : kind, value: loss.slice(colon + 1) }
}
