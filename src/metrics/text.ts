/** https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

const SPECIAL = /[\\"\n]/
const ESCAPES: Record<string, string> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' }

/** A label's value between its quotes; names come from outside and may hold anything. */
export function escapeLabel(value: string): string {
  return SPECIAL.test(value) ? value.replace(/[\\"\n]/g, (char) => ESCAPES[char] ?? char) : value
}

export function heading(name: string, help: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n`
}

export interface Sample {
  labels: Readonly<Record<string, string>>
  value: number
}

/** One gauge with few samples. */
export function gauge(name: string, help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return ''
  const lines = samples.map(({ labels, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`)
    return pairs.length === 0 ? `${name} ${value}\n` : `${name}{${pairs.join(',')}} ${value}\n`
  })
  return heading(name, help) + lines.join('')
}
