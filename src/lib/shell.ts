/** One argument for a POSIX shell, whatever is in it. */
export function singleQuoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}
