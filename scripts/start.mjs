// npm start: installs what is missing, builds, and runs the demo with its dashboard.
import { installPackages, run } from './run.mjs'

installPackages()
const built = run(['node', 'scripts/build.mjs', '--if-changed'])
process.exit(built || run(['bin/backproof', 'demo', ...process.argv.slice(2)]))
