/** Runs benchmarks: npm run bench -- NAME [--brief]. Without a name it says which there are; "all" runs each. */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { printed } from './harness.ts'
import { BENCHMARKS } from './registry.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { brief: { type: 'boolean' } } })
const names = positionals.includes('all') ? Object.keys(BENCHMARKS) : positionals
if (names.length === 0) {
  console.log('npm run bench -- NAME [--brief], or "all":')
  for (const [name, load] of Object.entries(BENCHMARKS)) console.log(`  ${name.padEnd(14)} ${(await load()).about}`)
}
for (const name of names) {
  const load = BENCHMARKS[name]
  if (!load) throw new Error(`there is no benchmark "${name}": ${Object.keys(BENCHMARKS).join(', ')}`)
  const { about, run } = await load()
  console.log(`\n== ${name}: ${about}\n   ${availableParallelism()} cores, Node ${process.version}`)
  for (const figure of await run({ brief: values.brief ?? false })) console.log(printed(figure))
}
