/** How a child process ended. Output beyond its limit is cut and the process killed. */
export interface ExecResult {
  /** Exit status; null when a signal ended it. */
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  /** Why it was killed by us; null: it ended by itself. */
  killed: 'timeout' | 'output-limit' | 'aborted' | null
}
