import type { Exported, Verdict } from '../../app/evidence.ts'
import { type Instant, toIso } from '../../domain/instant.ts'

const count = (entries: number) => `${entries} ${entries === 1 ? 'entry' : 'entries'}`

/** What a check has found, for people: the first place that was touched, or what the bundle holds. */
export function verdictText(verdict: Verdict, given: { keys: boolean; expect: boolean }): string {
  if (verdict.touch) return touchText(verdict)
  const { first, last, signer, pinned, checkpoints, lastCheckpoint } = verdict
  const rows: [string, string][] = [
    ['entries', first && last ? `${verdict.entries}, from ${first.seq} to ${last.seq}` : '0'],
    ['period', first && last ? `${first.at} to ${last.at}` : ''],
    [
      'asked for',
      verdict.range ? `${verdict.range.from ?? 'the beginning'} to ${verdict.range.to ?? 'the end'}` : 'all',
    ],
    ['exported', verdict.exportedAt ?? ''],
    ['chain', verdict.chain ?? ''],
    ['signed by', `${signer ?? ''}${pinned ? ' (a key that you gave)' : ''}`],
    [
      'checkpoints',
      `${checkpoints}${lastCheckpoint ? `, the last at ${lastCheckpoint.at} (entry ${lastCheckpoint.seq})` : ''}`,
    ],
    ['head', last ? `${last.seq}:${last.hash}${given.expect ? ' (the chain holds what you expected)' : ''}` : ''],
  ]
  const shown = rows.filter(([, value]) => value !== '').map(([name, value]) => `  ${name.padEnd(12)} ${value}\n`)
  return `OK: nothing in it was changed, removed, moved or added.\n${shown.join('')}${remarks(verdict, given)}`
}

function remarks({ otherKeys, last, lastCheckpoint }: Verdict, given: { keys: boolean; expect: boolean }): string {
  const lines: string[] = []
  if (!given.keys)
    lines.push(
      'The bundle vouches only for itself: whoever made it chose the key. Check it with the public key that you have from elsewhere (--key).',
    )
  if (otherKeys.length > 0)
    lines.push(`Checkpoints in it are signed by other keys: ${otherKeys.join(', ')}. Was the key changed?`)
  if (given.keys && !given.expect && last)
    lines.push(
      `What was cut off the end${lastCheckpoint ? `, or rewritten after entry ${lastCheckpoint.seq},` : ' or rewritten'} before the export can be told only by a head that was kept elsewhere (--expect).`,
    )
  return lines.map((line) => `\n${line}\n`).join('')
}

function touchText({ touch, entries, signer }: Verdict): string {
  if (!touch) return ''
  const where = touch.seq === null ? '' : `, entry ${touch.seq}`
  const when = touch.at === null ? '' : touch.how === 'missing' ? ` (after ${touch.at})` : ` (${touch.at})`
  return [
    `TOUCHED (${touch.how}) at line ${touch.line}${where}${when}: ${touch.what}.`,
    `The ${count(entries)} before it fit together${signer ? `; the bundle is signed by ${signer}` : ''}.`,
    '',
  ].join('\n')
}

export function exportedText({ path, verdict, head, key }: Exported): string {
  const lines = [
    ...(verdict ? [`${path}: ${count(verdict.entries)}, signed by ${key.fingerprint}`] : []),
    `head ${head.seq}:${head.hash}`,
    'Keep this head elsewhere: with it, later bundles can be held against this one (--expect).',
  ]
  if (verdict?.touch) lines.push(`THE CHAIN IN THE DATABASE WAS TOUCHED:\n${touchText(verdict)}`)
  return `${lines.join('\n')}\n`
}

export function headText(head: { at: Instant; checkpoint: { seq: number; at: Instant } | null } | null): string {
  if (!head) return 'There is no evidence yet: no instance has seen anything (backproof serve).\n'
  const { at, checkpoint } = head
  const signed = checkpoint
    ? `signed up to entry ${checkpoint.seq}, at ${toIso(checkpoint.at)}`
    : 'nothing of it is signed'
  return `last entry at ${toIso(at)}; ${signed}\n`
}
