import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

export interface Program {
  child: ChildProcess
  /** What it has printed so far. */
  stdout(): string
  stderr(): string
  /** Resolves when it has printed this on standard error or output; rejects when it ends before. */
  said(text: string | RegExp): Promise<RegExpExecArray>
  /** Its exit status, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>
}

/** Runs backproof as a person does: the launcher, a process of its own, only this environment. */
export function backproof(
  args: string[],
  options: { cwd?: string; env?: Record<string, string>; input?: string } = {},
): Program {
  const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/', ...options.env }
  // the built program where there is one, as its users have it; it starts faster too
  const child = spawn(join(root, 'bin/backproof'), args, { cwd: options.cwd, env, stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin?.end(options.input ?? '')
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
  })
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  const ended = once(child, 'close').then(
    ([code, signal]: (number | NodeJS.Signals | null)[]) => signal ?? code ?? -1,
  ) as Promise<number | NodeJS.Signals>
  return {
    child,
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    said(text) {
      const pattern = typeof text === 'string' ? new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : text
      return new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(stdout) ?? pattern.exec(stderr)
          if (match) resolve(match)
          return match !== null
        }
        if (look()) return
        child.stdout?.on('data', look)
        child.stderr?.on('data', look)
        void ended.then(
          (end) => look() || reject(new Error(`it ended with ${end} and never said ${pattern}: ${stdout}${stderr}`)),
        )
      })
    },
  }
}

/** Runs it to its end. */
export async function run(
  args: string[],
  options: Parameters<typeof backproof>[1] = {},
): Promise<{ status: number | NodeJS.Signals; stdout: string; stderr: string }> {
  const program = backproof(args, options)
  return { status: await program.ended, stdout: program.stdout(), stderr: program.stderr() }
}

/** Whether the program was bundled: tests of its speed make sense then only. */
export const isBuilt = existsSync(join(root, 'dist/cli/main.js'))
