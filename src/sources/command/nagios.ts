/** What a Nagios plugin has printed: https://nagios-plugins.org/doc/guidelines.html */
export interface PluginOutput {
  /** Its first line, without the performance data. */
  text: string
  /** The age of the newest backup, where the performance data has "age", in milliseconds. */
  ageMs: number | null
}

const TO_MS: Record<string, number> = { '': 1000, s: 1000, ms: 1, us: 0.001 }
/** Three thousand years: beyond it no calendar has a date. */
const MAX_AGE_S = 1e11
/** As much as Nagios itself reads of a plugin: https://assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en/pluginapi.html */
const MAX_CHARS = 8192
/** 'label'=value[UOM];warn;crit;min;max: a label with blanks is quoted, a quote in it doubled. */
const DATUM = /(?<=^|\s)(?:'((?:[^']|'')*)'|([^\s='|]+))=(-?\d+(?:[.,]\d+)?|U)([a-zA-Z%]*)(?:;\S*)?/g

export function parsePlugin(stdout: string): PluginOutput {
  const [first = '', ...more] = stdout.trim().slice(0, MAX_CHARS).split('\n')
  const [text = '', ...data] = first.split('|')
  // the performance data may go on after a "|" in the long text
  const long = more.join('\n')
  const rest = long.includes('|') ? long.slice(long.indexOf('|') + 1) : ''
  let ageMs: number | null = null
  for (const [, quoted, bare, value, unit] of `${data.join('|')}\n${rest}`.matchAll(DATUM)) {
    const label = (quoted?.replaceAll("''", "'") ?? bare ?? '').toLowerCase()
    const factor = TO_MS[unit?.toLowerCase() ?? '']
    const amount = Number(value?.replace(',', '.'))
    if (label === 'age' && ageMs === null && factor !== undefined && Math.abs(amount) < MAX_AGE_S)
      ageMs = amount * factor
  }
  return { text: text.trim(), ageMs }
}
