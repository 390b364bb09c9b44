// Bundles the program to dist/cli and the dashboard to dist/web. With --if-changed: only when a source is newer.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { root, run } from './run.mjs'

// packages of many files, which every command needs: as one file they load in half of the time
const BUNDLED = ['commander', 'croner', 'yaml', 'zod']
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const external = Object.keys(dependencies)
  .filter((name) => !BUNDLED.includes(name))
  .flatMap((name) => [name, `${name}/*`])

/** zod carries its messages in fifty languages, of which English alone is ever used: half of what a command would load. */
const englishOnly = {
  name: 'english-only',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]zod[/\\]v4[/\\]locales[/\\]index\.js$/ }, () => ({ contents: 'export {}' }))
  },
}

const output = join(root, 'dist/cli/main.js')
const dashboard = join(root, 'dist/web/index.html')

function newest(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((latest, entry) => Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs), 0)
}
const isFresh = (path, folders) => existsSync(path) && statSync(path).mtimeMs > Math.max(...folders.map(newest))
const onlyIfChanged = process.argv.includes('--if-changed')

if (!onlyIfChanged || !isFresh(output, ['src', 'scripts'])) {
  await build({
    absWorkingDir: root,
    entryPoints: ['src/cli/main.ts'],
    outdir: 'dist/cli.new',
    bundle: true,
    // a command loads what it needs when it runs: the chunks keep it so
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external,
    plugins: [englishOnly],
    // what these packages require() of Node
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
    sourcemap: 'linked',
    logLevel: 'warning',
  })
  // swapped whole: a program that starts meanwhile finds the old one or the new one
  rmSync(join(root, 'dist/cli'), { recursive: true, force: true })
  renameSync(join(root, 'dist/cli.new'), join(root, 'dist/cli'))
}
if (existsSync(join(root, 'web/index.html')) && (!onlyIfChanged || !isFresh(dashboard, ['web']))) {
  const status = run(['vite', 'build', 'web', '--logLevel', 'warn'])
  if (status !== 0) process.exit(status)
  compress(join(root, 'dist/web'))
}

/** Lays a .br and a .gz beside each text: compressed once here, not at each request. */
function compress(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(js|css|html|svg)$/.test(entry.name)) continue
    const path = join(entry.parentPath, entry.name)
    const text = readFileSync(path)
    writeFileSync(`${path}.br`, brotliCompressSync(text))
    writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }))
  }
}
