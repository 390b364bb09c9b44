/**
 * A setting that gives more than a view of backups: it runs a program, or picks a secret of this machine. The file may say
 * it; whoever can log in to the dashboard may not, unless the file says so.
 */
export interface UnsafeSetting {
  /** Below the source or channel; []: all of it. */
  path: readonly (string | number)[]
  /** What it would do, after "it": "runs a program". */
  why: string
}
