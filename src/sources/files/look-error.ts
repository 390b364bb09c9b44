import type { FaultKind, SourceFault } from '../../domain/source-fault.ts'
import { codeOf } from '../../lib/error-code.ts'

/** The files could not be read whole: ends the look with its fault. */
export class LookError extends Error {
  override name = 'LookError'
  readonly fault: SourceFault

  constructor(fault: SourceFault, cause?: unknown) {
    super(fault.message, { cause })
    this.fault = fault
  }
}

/** A path for people: names may hold line breaks and terminal codes. */
export function shown(path: string): string {
  return path.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
}

const GRANT = 'Let the user that runs Backproof read it, for example: setfacl -m u:backproof:rX'
const MOUNT = 'Look whether its file system is mounted, and whether the server that it comes from answers.'

const BY_CODE: Record<string, { kind: FaultKind; what: string; advice: string }> = {
  ENOENT: { kind: 'not-found', what: 'does not exist', advice: `Correct the path. ${MOUNT}` },
  ENOTDIR: {
    kind: 'not-found',
    what: 'is not a folder',
    advice: 'Write the folder in `path`, and the name of the file in `pattern`.',
  },
  ELOOP: { kind: 'not-found', what: 'leads through links that go round in a circle', advice: 'Correct the links.' },
  ENAMETOOLONG: { kind: 'not-found', what: 'is longer than the file system allows', advice: 'Correct the path.' },
  EACCES: { kind: 'denied', what: 'may not be read (permission denied)', advice: GRANT },
  EPERM: { kind: 'denied', what: 'may not be read (operation not permitted)', advice: GRANT },
  // https://man7.org/linux/man-pages/man5/nfs.5.html; a dead FUSE mount answers ENOTCONN
  ESTALE: { kind: 'network', what: 'is on a mount that has gone stale', advice: 'Mount it again.' },
  ENOTCONN: { kind: 'network', what: 'is on a mount whose server has gone', advice: 'Mount it again.' },
  EHOSTDOWN: { kind: 'network', what: 'is on a mount whose server is down', advice: MOUNT },
  EHOSTUNREACH: { kind: 'network', what: 'is on a mount whose server is not reachable', advice: MOUNT },
  ETIMEDOUT: { kind: 'network', what: 'is on a mount whose server does not answer', advice: MOUNT },
  EIO: {
    kind: 'unreadable',
    what: 'can not be read: the disk or the mount reports an error (EIO)',
    advice: "Look at the kernel's log: the disk may be dying.",
  },
}

/** The error of a system call on `path` as a fault; what is not the operating system's is thrown on. */
export function lookError(error: unknown, path: string): LookError {
  if (error instanceof LookError) return error
  const code = codeOf(error)
  if (code === null) throw error
  const known = BY_CODE[code]
  const fault: SourceFault = known
    ? { kind: known.kind, message: `${shown(path)} ${known.what}.`, advice: known.advice }
    : { kind: 'unreadable', message: `${shown(path)} could not be read: ${code}.`, advice: MOUNT }
  return new LookError(fault, error)
}
