/** A restic-monitor configuration that can't be carried over. */
export class ResticMonitorError extends Error {
  override name = 'ResticMonitorError'
}

/**
 * Turns restic-monitor's own config.yaml (as parsed) into this source's configuration, still to be validated by its schema:
 * `defaults` become the source's settings, each push_token is joined to its push_url, and there is one check a repository.
 * Throws ResticMonitorError.
 */
export function fromResticMonitor(
  document: unknown,
): Record<string, unknown> & { repositories: Record<string, unknown> } {
  const { defaults, repositories, ...unknown } = mapping(document, 'the file')
  if (repositories === undefined) throw new ResticMonitorError('it has no "repositories"')
  const { push_url: base, ...shared } = mapping(defaults ?? {}, 'defaults')
  const own = Object.entries(mapping(repositories, 'repositories')).map(([name, given]) => {
    const { push_url: url = base, push_token: token, ...rest } = mapping(given ?? {}, `repositories.${name}`)
    // without a token the common address is nobody's
    const push = token !== undefined && token !== null ? `${text(url)}${text(token)}` : url === base ? undefined : url
    return [name, push === undefined ? rest : { ...rest, push_url: push }] as const
  })
  return { ...unknown, ...shared, group_by: [], repositories: Object.fromEntries(own) }
}

function mapping(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ResticMonitorError(`${what} is not a mapping: this is no configuration of restic-monitor`)
  return { ...value }
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
