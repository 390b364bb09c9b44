import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { codeOf } from './error-code.ts'

/** How a child process ended. */
export interface ExecResult {
  /** Exit status; null when a signal ended it. */
  code: number | null
  signal: NodeJS.Signals | null
  /** Empty when `onStdout` took it. Beyond its limit it is cut and the process killed. */
  stdout: string
  /** Its last bytes: programs say why they fail at the end. */
  stderr: string
  /** Why it was killed by us; null: it ended by itself. */
  killed: 'timeout' | 'output-limit' | 'aborted' | null
}

export interface ExecOptions {
  /** The whole environment of the child: nothing of our own is added. PATH in it is where the program is searched. */
  env: Readonly<Record<string, string>>
  cwd?: string | undefined
  timeoutMs: number
  /** More than this on stdout kills the process. */
  maxStdoutBytes: number
  /** How much of the end of stderr is kept; more does no harm. */
  maxStderrBytes?: number | undefined
  signal?: AbortSignal | undefined
  /** What stdin holds; without it stdin is empty. */
  input?: string | Buffer | undefined
  /** Takes stdout as it comes, instead of collecting it. What it throws kills the process and is thrown by exec(). */
  onStdout?: ((chunk: Buffer) => void) | undefined
}

/** The program could not be started: the message says which, why, and where it was searched. */
export class ExecError extends Error {
  override name = 'ExecError'
  readonly program: string
  /** "ENOENT", "EACCES", ... */
  readonly code: string

  constructor(program: string, code: string, message: string) {
    super(message)
    this.program = program
    this.code = code
  }
}

/** Between SIGTERM and SIGKILL: a program may remove its lock and its temporary files. */
const GRACE_MS = 2000
/** After SIGKILL: a process that left the group may hold our pipes for ever, so they are let go. */
const LAST_WAIT_MS = 500
const MAX_TIMER_MS = 2_147_483_647

const running = new Set<number>()
process.on('exit', () => {
  for (const pid of running) killGroup(pid, 'SIGKILL')
})

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // ESRCH: nobody is left in the group, which is what we want
  }
}

/**
 * Runs a program without a shell, in a process group of its own, which is killed as a whole at the time limit, on abort and
 * at the limit of its output. Resolves however the program ends; rejects with ExecError when it can't be started.
 */
export async function exec(argv: readonly [string, ...string[]], options: ExecOptions): Promise<ExecResult> {
  const [program, ...args] = argv
  if (options.signal?.aborted) return { code: null, signal: null, stdout: '', stderr: '', killed: 'aborted' }
  const child = start(program, args, options)
  return new Promise<ExecResult>((resolve, reject) => follow(child, program, options, resolve, reject))
}

function start(program: string, args: string[], options: ExecOptions): ChildProcess {
  // Node's own error for this would show the value, which may be a secret
  const broken = Object.entries(options.env).find(([name, value]) => `${name}${value}`.includes('\0'))
  if (broken) throw new ExecError(program, 'EINVAL', `the environment variable ${broken[0]} has a NUL byte in it`)
  if ([program, ...args].some((arg) => arg.includes('\0')))
    throw new ExecError(program, 'EINVAL', `an argument of ${program} has a NUL byte in it`)
  try {
    return spawn(program, args, {
      cwd: options.cwd,
      env: { ...options.env },
      detached: true,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    })
  } catch (error) {
    throw startError(program, options, error)
  }
}

function follow(
  child: ChildProcess,
  program: string,
  options: ExecOptions,
  resolve: (result: ExecResult) => void,
  reject: (error: Error) => void,
): void {
  const maxStderrBytes = options.maxStderrBytes ?? 65_536
  const stdout: Buffer[] = []
  let stdoutBytes = 0
  let stderr: Buffer[] = []
  let stderrBytes = 0
  let killed: ExecResult['killed'] = null
  let thrown: Error | null = null
  let killTimer: NodeJS.Timeout | undefined
  const timer = setTimeout(() => kill('timeout'), Math.min(options.timeoutMs, MAX_TIMER_MS))
  const abort = () => kill('aborted')
  options.signal?.addEventListener('abort', abort)
  if (child.pid !== undefined) running.add(child.pid)

  function kill(why: ExecResult['killed']): void {
    if (killed || thrown || child.pid === undefined) return
    const { pid } = child
    killed = why
    killGroup(pid, 'SIGTERM')
    killTimer = setTimeout(() => {
      killGroup(pid, 'SIGKILL')
      killTimer = setTimeout(() => {
        child.stdout?.destroy()
        child.stderr?.destroy()
        child.stdin?.destroy()
      }, LAST_WAIT_MS)
    }, GRACE_MS)
  }

  function settle(): void {
    clearTimeout(timer)
    clearTimeout(killTimer)
    options.signal?.removeEventListener('abort', abort)
    if (child.pid !== undefined) running.delete(child.pid)
  }

  child.stdout?.on('data', (chunk: Buffer) => {
    if (killed || thrown) return
    const room = options.maxStdoutBytes - stdoutBytes
    stdoutBytes += chunk.length
    const kept = chunk.length > room ? chunk.subarray(0, room) : chunk
    try {
      if (options.onStdout) options.onStdout(kept)
      else stdout.push(kept)
    } catch (error) {
      kill('output-limit')
      thrown = error instanceof Error ? error : new Error(String(error))
    }
    if (chunk.length > room) kill('output-limit')
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr.push(chunk)
    stderrBytes += chunk.length
    if (stderrBytes <= 2 * maxStderrBytes) return
    stderr = [Buffer.concat(stderr).subarray(-maxStderrBytes)]
    stderrBytes = maxStderrBytes
  })
  // a program that ends without reading its stdin is no fault of its own
  child.stdin?.on('error', () => {})
  child.stdin?.end(options.input)

  child.on('error', (error) => {
    // also emitted when a signal could not be sent: only a child that never started ends here
    if (child.pid !== undefined) return
    settle()
    reject(startError(program, options, error))
  })
  child.on('close', (code, signal) => {
    settle()
    // grandchildren that ignored SIGTERM
    if (killed && child.pid !== undefined) killGroup(child.pid, 'SIGKILL')
    if (thrown) return reject(thrown)
    resolve({
      code,
      signal,
      stdout: Buffer.concat(stdout).toString('utf8'),
      stderr: maxStderrBytes > 0 ? Buffer.concat(stderr).subarray(-maxStderrBytes).toString('utf8') : '',
      killed,
    })
  })
}

function startError(program: string, options: ExecOptions, error: unknown): ExecError {
  const code = codeOf(error) ?? 'UNKNOWN'
  return new ExecError(program, code, `can't run ${program}: ${whyNotStarted(program, options, code)}`)
}

function whyNotStarted(program: string, options: ExecOptions, code: string): string {
  if (options.cwd !== undefined && !existsSync(options.cwd))
    return `its working directory ${options.cwd} does not exist`
  if (code === 'ENOENT') {
    if (!program.includes('/')) return `it was not found on the PATH (${options.env.PATH ?? 'which is not set'})`
    return existsSync(program) ? 'the interpreter that its first line names does not exist' : 'there is no such file'
  }
  if (code === 'EACCES') return 'it may not be executed (permission denied)'
  if (code === 'E2BIG') return 'its arguments and environment are too long'
  if (code === 'EAGAIN' || code === 'EMFILE' || code === 'ENFILE' || code === 'ENOMEM')
    return `this machine is out of processes, open files or memory (${code})`
  return code
}
