/**
 * Why a scope could not be read whole.
 * denied: permissions. credentials: wrong password or key. not-found: the repository, bucket or file is not there.
 * locked: somebody else holds it. throttled, timeout, network: try again. unreadable: it answered, but not in a form we know.
 * tool: the program that reads it is missing or broke. clock: this machine's clock can't be right. internal: our own bug.
 */
export const FAULT_KINDS = [
  'denied',
  'credentials',
  'not-found',
  'locked',
  'throttled',
  'timeout',
  'network',
  'unreadable',
  'tool',
  'clock',
  'internal',
] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

export interface SourceFault {
  kind: FaultKind
  /** What happened and where, in a sentence; holds no secret. */
  message: string
  /** What a person can do about it. */
  advice: string | null
}
