import { redact } from '../lib/redact.ts'
import type { TaskContext } from '../tasks/context.ts'

const POLL_MS = 2000
/** An embedded database has one process, which knows what it does, unless it failed half-way. */
const POLL_ALONE_MS = 30_000

/** Takes up what another process on the same database has changed in the settings, within seconds. */
export async function runSettingsLoop(
  context: TaskContext,
  inForce: () => string | null,
  takeUp: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const poll = context.store.dialect === 'sqlite' ? POLL_ALONE_MS : POLL_MS
  while (!signal.aborted) {
    await context.clock.sleep(poll, signal)
    if (signal.aborted) return
    try {
      if ((await context.store.read.settingsRevision()) !== inForce()) await takeUp()
    } catch (error) {
      context.log.error({ error: redact(String(error)) }, 'the settings could not be read')
    }
  }
}
