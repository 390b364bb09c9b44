import type { Report } from './report.ts'

/** The report as it is, a service a piece: that of ten thousand is no text that one wants whole. */
export function* jsonParts(report: Report): Generator<string> {
  const { services, ...rest } = report
  yield `${JSON.stringify(rest, null, 2).slice(0, -2)},\n  "services": [`
  for (const [n, service] of services.entries())
    yield `${n === 0 ? '' : ','}\n    ${JSON.stringify(service, null, 2).replaceAll('\n', '\n    ')}`
  yield services.length === 0 ? ']\n}\n' : '\n  ]\n}\n'
}
