/** "ENOENT", "ECONNREFUSED", ...: the code of an error of the system or of a library; null: it has none. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}
