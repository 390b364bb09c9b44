import type { Route } from '../domain/route.ts'
import { checkNode, hints } from './check-node.ts'
import { type Located, locate, type Path } from './located.ts'
import type { ProblemList } from './problem.ts'
import { route } from './sections.ts'

export function checkRoutes(
  node: Located | null,
  channels: readonly string[],
  sources: readonly string[],
  problems: ProblemList,
): Route[] {
  if (!node) return []
  if (node.kind !== 'list') {
    problems.add(node.place, ['routes'], 'routes is a list: begin each with "- " and "match:" or "to:"')
    return []
  }
  return node.items.flatMap((item, index) => {
    const found = checkRoute(item, ['routes', index], channels, sources, problems)
    return found ? [found] : []
  })
}

export function checkRoute(
  item: Located,
  path: Path,
  channels: readonly string[],
  sources: readonly string[],
  problems: ProblemList,
): Route | null {
  checkNames(item, path, ['to'], 'channel', channels, problems)
  checkNames(item, path, ['match', 'source'], 'source', sources, problems)
  const found = checkNode(route, item, path, problems)
  if (!found) return null
  const { match, to, repeat } = found
  return { match: match ?? {}, to, repeatMs: repeat ?? null, continue: found.continue ?? false }
}

/** Whether what is named exists; names are one text or a list of them. */
function checkNames(
  route: Located,
  path: Path,
  key: Path,
  what: 'channel' | 'source',
  known: readonly string[],
  problems: ProblemList,
): void {
  const { node } = locate(route, key)
  const list = node?.kind === 'list'
  for (const [index, item] of (list ? node.items : node ? [node] : []).entries()) {
    if (item.kind !== 'scalar' || typeof item.value !== 'string' || known.includes(item.value)) continue
    if (what === 'source' && /[*?]|\$\{/.test(item.value)) continue
    const none = known.length > 0 ? '' : `: none is defined under "${what}s:"`
    const details = { value: JSON.stringify(item.value), ...hints(item.value, known) }
    const full = [...path, ...key, ...(list ? [index] : [])]
    problems.add(item.place, full, `there is no ${what} "${item.value.slice(0, 80)}"${none}`, details)
  }
}
