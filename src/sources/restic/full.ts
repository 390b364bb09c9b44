import { availableParallelism } from 'node:os'
import type { SourceFault } from '../../domain/source-fault.ts'
import { ExecError, exec } from '../../lib/exec.ts'
import { redact } from '../../lib/redact.ts'
import { SecretError } from '../../lib/secret.ts'
import type { ScanContext } from '../source.ts'
import type { Repository } from './config.ts'
import { environmentOf, lacksPassword } from './environment.ts'
import { faultOf } from './fault.ts'
import { JsonArrayReader } from './json-array.ts'
import { Slots } from './slots.ts'
import { SnapshotCollector, type SnapshotGroup } from './snapshots.ts'

/** Each restic derives the key by scrypt, half a second of one core: more of them at once only take turns. */
const slots = new Slots(availableParallelism())
const MAX_ANSWER_BYTES = 2 ** 30
const NO_LIMIT_MS = 2 ** 31 - 1

export type Looked = { groups: SnapshotGroup[] } | { fault: SourceFault }

/** Asks restic for all snapshots. It takes no lock, writes nothing into the repository, and no cache unless there is a cache_dir. */
export async function readFull(repository: Repository, context: ScanContext): Promise<Looked> {
  const env = environment(repository, context)
  if ('fault' in env) return env
  const argv: [string, ...string[]] = [repository.binary, 'snapshots', '--json', '--no-lock']
  if (repository.cacheDir === null) argv.push('--no-cache')
  for (const option of repository.options) argv.push('-o', option)

  const collector = new SnapshotCollector(repository.groupBy)
  const reader = new JsonArrayReader((json) => collector.add(json))
  try {
    const result = await slots.run(context.signal, () =>
      exec(argv, {
        env: env.env,
        cwd: context.directory,
        timeoutMs: repository.timeoutMs ?? NO_LIMIT_MS,
        maxStdoutBytes: MAX_ANSWER_BYTES,
        signal: context.signal,
        onStdout: (chunk) => reader.push(chunk),
      }),
    )
    if (result === null) {
      const message = `${repository.scope} was not read: it waited for a free core until its time was over`
      return { fault: { kind: 'timeout', message, advice: 'give the source a longer timeout, or look less often' } }
    }
    const fault = faultOf(result, repository, result.killed === 'timeout' ? repository.timeoutMs : null)
    if (fault) return { fault }
  } catch (error) {
    if (!(error instanceof ExecError)) throw error
    const message = redact(`${repository.scope} was not read: ${error.message}`)
    return { fault: { kind: 'tool', message, advice: 'install restic here, or say where it is by binary' } }
  }
  const problem = reader.end()
  if (problem === null) return { groups: collector.groups }
  return {
    fault: {
      kind: 'unreadable',
      message: redact(`restic's answer about ${repository.name} (${repository.shownUrl}) can't be read: ${problem}`),
      advice: 'run "restic snapshots --json" by hand to see it; "restic version" should say 0.14 or later',
    },
  }
}

function environment(
  repository: Repository,
  context: ScanContext,
): { env: Record<string, string> } | { fault: SourceFault } {
  const where = `${repository.name} (${repository.shownUrl})`
  try {
    const env = environmentOf(repository, context.directory)
    if (!lacksPassword(env)) return { env }
    const message = `there is no password for ${where}`
    const advice = 'give password, password_file or password_command; mode: fast needs none'
    return { fault: { kind: 'credentials', message, advice } }
  } catch (error) {
    if (!(error instanceof SecretError)) throw error
    const message = redact(`a secret for ${where} can't be read: ${error.message}`)
    return { fault: { kind: 'credentials', message, advice: 'mend the reference in the configuration' } }
  }
}
