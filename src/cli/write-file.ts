import { rename, rm, writeFile } from 'node:fs/promises'
import { CliError, EXIT } from './terminal.ts'

/** Writes beside the file and puts it in place at the end: what is there is whole, or as it was. Throws CliError. */
export async function writeFileSafely(path: string, parts: AsyncIterable<string | Uint8Array>): Promise<void> {
  const begun = `${path}.${process.pid}.part`
  try {
    await writeFile(begun, parts)
    await rename(begun, path)
  } catch (cause) {
    await rm(begun, { force: true })
    if (!(cause instanceof Error && 'code' in cause)) throw cause
    throw new CliError(`${path} can't be written: ${cause.message}`, EXIT.unavailable)
  }
}
