// npm run bench -- NAME [--brief]: builds what is measured, and measures it.
import { run } from './run.mjs'

const built = run(['node', 'scripts/build.mjs', '--if-changed'])
process.exit(
  built ||
    run(['node', '--expose-gc', '--disable-warning=ExperimentalWarning', 'bench/run.ts', ...process.argv.slice(2)]),
)
