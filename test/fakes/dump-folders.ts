import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Workshop } from './workshop.ts'

const HOUR = 3_600_000

/** Files of these ages in hours, and a configuration that watches each and tells `pushed`; "none" is a folder that is not there. */
export function dumpFolders(
  workshop: Workshop,
  pushed: string,
  name: string,
  ages: Record<string, number | null>,
  extra = '',
): string {
  const lines = Object.entries(ages).map(
    ([file]) =>
      `      ${file}: { path: ${file}, pattern: "*.dump", max_age: 25h, push_url: "${pushed}/api/push/${file}" }`,
  )
  const cwd = workshop.folder(name, `sources:\n  dumps:\n    type: files\n    files:\n${lines.join('\n')}\n${extra}`)
  for (const [file, hours] of Object.entries(ages)) {
    if (file === 'error') continue
    mkdirSync(join(cwd, file))
    if (hours !== null) dump(cwd, file, hours)
  }
  return cwd
}

export function dump(cwd: string, file: string, hours: number): void {
  const path = join(cwd, file, 'a.dump')
  writeFileSync(path, 'x')
  const at = new Date(Date.now() - hours * HOUR)
  utimesSync(path, at, at)
}
