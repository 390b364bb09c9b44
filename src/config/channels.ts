import type { Notifier } from '../notifications/notifier.ts'
import type { ConfiguredChannel } from './config.ts'
import { checkEntry, kindOf } from './kinds.ts'
import type { Located } from './located.ts'
import { namedEntries } from './named.ts'
import type { ProblemList } from './problem.ts'
import { commonChannel } from './sections.ts'

const DEFAULT_TIMEOUT_MS = 30_000

export function checkChannels(
  node: Located | null,
  kinds: readonly Notifier[],
  problems: ProblemList,
): ConfiguredChannel[] {
  const channels: ConfiguredChannel[] = []
  for (const entry of namedEntries(node, 'channels', problems)) {
    const notifier = kindOf(entry, kinds, 'channel', problems)
    const checked = checkEntry(entry, commonChannel, notifier, problems)
    if (!checked || !notifier) continue
    const timeoutMs = checked.common.timeout ?? DEFAULT_TIMEOUT_MS
    channels.push({ name: entry.name, type: notifier.type, notifier, config: checked.own, timeoutMs, at: entry.at })
  }
  return channels
}
