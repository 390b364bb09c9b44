/** The text on one line, with control characters (terminal escapes, line breaks, bidirectional overrides) made visible. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (unit) => {
    if (unit === '\n') return '\\n'
    if (unit === '\t') return '\\t'
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
