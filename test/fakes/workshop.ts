import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { backproof, type Program } from './program.ts'

export interface Served {
  program: Program
  address: string
}

/** A folder of its own for each configuration, and the real program that serves it; all gone in the end. */
export class Workshop implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'backproof-'))
  readonly #programs: Program[] = []

  /** A new folder with this as its backproof.yaml. */
  folder(name: string, yaml: string): string {
    const path = join(this.directory, name.replaceAll(' ', '-'))
    mkdirSync(path)
    writeFileSync(join(path, 'backproof.yaml'), yaml)
    return path
  }

  async serve(cwd: string, args: string[] = [], env: Record<string, string> = {}): Promise<Served> {
    const program = backproof(['serve', '--listen', '127.0.0.1:0', ...args], { cwd, env })
    this.#programs.push(program)
    return { program, address: (await program.said(/"address":"([^"]+)"/))[1] ?? '' }
  }

  /** As systemd ends it: it ends by itself, and well. */
  async stop({ program }: Served): Promise<void> {
    program.child.kill('SIGTERM')
    expect(await program.ended).toBe(0)
    expect(program.stderr()).not.toContain('This is a bug')
  }

  async killAll(): Promise<void> {
    for (const { child } of this.#programs) child.kill('SIGKILL')
    await Promise.all(this.#programs.map(({ ended }) => ended))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.killAll()
    rmSync(this.directory, { recursive: true, force: true })
  }
}
