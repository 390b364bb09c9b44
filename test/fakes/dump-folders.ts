import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { Receiver } from './receiver.ts'
import { Workshop } from './workshop.ts'

const HOUR = 3_600_000

/** Folders of dumps, and a receiver that takes their pushes and messages, until the tests of a file are over. */
export async function dumpWorkshop() {
  const workshop = new Workshop()
  const receiver = await Receiver.start((response, { url }) =>
    response.end(url.startsWith('/api/push/') ? '{"ok":true}' : ''),
  )
  afterAll(async () => {
    await workshop[Symbol.asyncDispose]()
    await receiver[Symbol.asyncDispose]()
  })
  const dumps = (name: string, ages: Record<string, number | null>, extra = '') =>
    dumpFolders(workshop, receiver.url, name, ages, extra)
  return { workshop, receiver, dumps }
}

/** Files of these ages in hours, and a configuration that watches each and tells `pushed`; "none" is a folder that is not there. */
function dumpFolders(
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
