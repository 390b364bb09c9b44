import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder that package.json lies in: above the sources as above the built program, however deep its chunks lie. */
export function packageRoot(): string {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder)
  return folder
}

export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'))
  return typeof manifest === 'object' && manifest && 'version' in manifest ? String(manifest.version) : 'unknown'
}

/** The built dashboard; null: it was not built. */
export function webRoot(): string | null {
  const folder = join(packageRoot(), 'dist/web')
  return existsSync(join(folder, 'index.html')) ? folder : null
}
