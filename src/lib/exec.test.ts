import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ExecError, type ExecOptions, exec } from './exec.ts'

const node = process.execPath
let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'exec-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const options = (more: Partial<ExecOptions> = {}): ExecOptions => ({
  env: {},
  timeoutMs: 20_000,
  maxStdoutBytes: 1_000_000,
  ...more,
})
const script = (source: string, more: Partial<ExecOptions> = {}) => exec([node, '-e', source], options(more))

/** Whether the process is there and not a zombie that waits for whoever inherited it. */
function alive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

async function gone(pid: number): Promise<boolean> {
  const until = Date.now() + 20_000
  while (alive(pid) && Date.now() < until) await new Promise((resolve) => setImmediate(resolve))
  return !alive(pid)
}

describe('how a process ended', () => {
  test('status, stdout and stderr', async () => {
    const result = await script('process.stdout.write("out ü"); process.stderr.write("err"); process.exitCode = 3')
    expect(result).toEqual({ code: 3, signal: null, stdout: 'out ü', stderr: 'err', killed: null })
  })

  test('a signal', async () => {
    const result = await script('process.kill(process.pid, "SIGKILL")')
    expect(result).toMatchObject({ code: null, signal: 'SIGKILL', killed: null })
  })

  test('the environment is what is given, and nothing else', async () => {
    const result = await exec(['/usr/bin/env'], options({ env: { ONLY: 'this' } }))
    expect(result.stdout).toBe('ONLY=this\n')
  })

  test('arguments go through no shell', async () => {
    const result = await exec([node, '-p', 'process.argv[1]', '$(id); `id` "\n'], options())
    expect(result.stdout).toBe('$(id); `id` "\n\n')
  })

  test('input is its stdin; without it stdin is empty', async () => {
    expect((await exec(['/bin/cat'], options({ input: 'hello' }))).stdout).toBe('hello')
    expect((await exec(['/bin/cat'], options())).stdout).toBe('')
  })

  test('a program that does not read its input is not our error', async () => {
    const result = await exec(['/bin/true'], options({ input: Buffer.alloc(1_000_000) }))
    expect(result).toMatchObject({ code: 0, killed: null })
  })

  test('onStdout takes the output as it comes', async () => {
    let bytes = 0
    const result = await script('process.stdout.write("x".repeat(300_000))', {
      onStdout: (chunk) => (bytes += chunk.length),
    })
    expect(bytes).toBe(300_000)
    expect(result.stdout).toBe('')
  })

  test('what onStdout throws ends the process and is thrown', async () => {
    const boom = new Error('boom')
    const run = script('console.log(1); setInterval(() => {}, 1000)', {
      onStdout: () => {
        throw boom
      },
    })
    await expect(run).rejects.toBe(boom)
  })

  test('of stderr the end is kept, and much of it is no reason to kill', async () => {
    const result = await script('process.stderr.write("noise\\n".repeat(100_000) + "Fatal: the reason")', {
      maxStderrBytes: 17,
    })
    expect(result).toMatchObject({ code: 0, stderr: 'Fatal: the reason', killed: null })
  })
})

describe('what is killed', () => {
  test('at the time limit', async () => {
    const result = await script('setInterval(() => {}, 1000)', { timeoutMs: 150 })
    expect(result).toMatchObject({ code: null, signal: 'SIGTERM', killed: 'timeout' })
  })

  test('a process that ignores SIGTERM', async () => {
    const controller = new AbortController()
    const result = await script('process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log(1)', {
      signal: controller.signal,
      onStdout: () => controller.abort(),
    })
    expect(result).toMatchObject({ signal: 'SIGKILL', killed: 'aborted' })
  })

  test('on abort, and never started when aborted before', async () => {
    const controller = new AbortController()
    const result = await script('console.log(1); setInterval(() => {}, 1000)', {
      signal: controller.signal,
      onStdout: () => controller.abort(),
    })
    expect(result.killed).toBe('aborted')
    const marker = join(dir, 'never')
    const never = await exec(['/usr/bin/touch', marker], options({ signal: controller.signal }))
    expect(never.killed).toBe('aborted')
    expect(existsSync(marker)).toBe(false)
  })

  test('at the limit of its output, which is cut', async () => {
    const result = await exec(['/usr/bin/yes'], options({ maxStdoutBytes: 1001 }))
    expect(result.killed).toBe('output-limit')
    expect(result.stdout).toHaveLength(1001)
  })

  test.each([
    ['quiet', 'ignore', ''],
    ['that holds our pipe', 'inherit', ''],
    ['that ignores SIGTERM', 'inherit', 'process.on("SIGTERM", () => {});'],
  ])('a grandchild %s', async (_, stdio, deaf) => {
    const controller = new AbortController()
    let grandchild = 0
    const result = await script(
      `const g = require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(
        `${deaf} setInterval(() => {}, 1000); process.send("up")`,
      )}], { stdio: ["ignore", "${stdio}", "ignore", "ipc"] });
       g.on("message", () => console.log(g.pid)); setInterval(() => {}, 1000)`,
      {
        signal: controller.signal,
        onStdout: (chunk) => {
          grandchild = Number(chunk.toString())
          controller.abort()
        },
      },
    )
    expect(result.killed).toBe('aborted')
    expect(grandchild).toBeGreaterThan(1)
    expect(await gone(grandchild)).toBe(true)
  })

  test('a grandchild whose parent is gone already, at the time limit', async () => {
    const result = await exec(['/bin/sh', '-c', 'sleep 60 & echo $!'], options({ timeoutMs: 2000 }))
    expect(result.killed).toBe('timeout')
    expect(await gone(Number(result.stdout))).toBe(true)
  })
})

describe('what can not be started', () => {
  const fails = async (argv: [string, ...string[]], more: Partial<ExecOptions> = {}) => {
    const error = await exec(argv, options(more)).catch((caught: unknown) => caught)
    if (!(error instanceof ExecError)) throw new Error(`not an ExecError: ${String(error)}`)
    return error
  }

  test('a missing program: which, and where it was searched', async () => {
    const error = await fails(['no-such-program'], { env: { PATH: '/usr/bin:/opt/x' } })
    expect(error).toMatchObject({ program: 'no-such-program', code: 'ENOENT' })
    expect(error.message).toBe("can't run no-such-program: it was not found on the PATH (/usr/bin:/opt/x)")
    expect((await fails(['/no/such'])).message).toBe("can't run /no/such: there is no such file")
  })

  test('a file that may not be executed, a missing interpreter, a missing directory', async () => {
    const file = join(dir, 'plain')
    writeFileSync(file, '#!/no/interpreter\n')
    expect((await fails([file])).message).toMatch(/may not be executed/)
    chmodSync(file, 0o755)
    expect((await fails([file])).message).toMatch(/interpreter/)
    expect((await fails(['/bin/true'], { cwd: '/no/dir' })).message).toMatch(/working directory \/no\/dir/)
  })

  test('a NUL byte, without showing the value', async () => {
    const error = await fails(['/bin/true'], { env: { RESTIC_PASSWORD: 'hunter2\0' } })
    expect(error.message).toMatch(/RESTIC_PASSWORD has a NUL byte/)
    expect(String(error.stack)).not.toContain('hunter2')
  })
})
