import type { Format } from './report.ts'

/** One object, indented: product of `check --format json`. */
export const json: Format = (report) => `${JSON.stringify(report, null, 2)}\n`

/** A line a check, for pipes. */
export const ndjson: Format = ({ checks }) => checks.map((check) => `${JSON.stringify(check)}\n`).join('')
