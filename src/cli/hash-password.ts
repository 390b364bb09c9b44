import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { Command } from 'commander'
import { CliError, EXIT, print } from './terminal.ts'

const MIN_LENGTH = 8

export function addHashPasswordCommand(program: Command): void {
  program
    .command('hash-password')
    .summary('the argon2id hash of a password, for server.auth.password_hash')
    .description(
      'Asks for a password (or reads it from a pipe) and prints its argon2id hash, for server.auth.password_hash.',
    )
    .addHelpText('after', '\nExample:\n  backproof hash-password\n  pass show backproof | backproof hash-password')
    .action(runHashPassword)
}

async function runHashPassword(): Promise<void> {
  const password = await readPassword()
  if (password.length < MIN_LENGTH) throw new CliError(`a password has at least ${MIN_LENGTH} characters`, EXIT.usage)
  const { hashPassword } = await import('../app/hash-password.ts')
  await print(`${await hashPassword(password)}\n`)
}

/** One line. On a terminal it is not shown as it is typed. */
async function readPassword(): Promise<string> {
  const { stdin, stderr } = process
  if (stdin.isTTY) stderr.write('Password: ')
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: stdin, output: nowhere, terminal: stdin.isTTY })
  try {
    for await (const line of lines) return line
    return ''
  } finally {
    lines.close()
    if (stdin.isTTY) stderr.write('\n')
  }
}
