import { type Located, type LocatedMap, type Path, type Place, positionOf } from './located.ts'
import type { Position } from './position.ts'
import type { ProblemList } from './problem.ts'
import { name } from './sections.ts'

export interface Named {
  name: string
  node: LocatedMap
  path: Path
  key: Place
  at: Position
}

const nameSchema = name()

/** Whether it can be part of ids and addresses; adds a problem when not. */
export function checkName(text: string, place: Place, path: Path, problems: ProblemList): boolean {
  const result = nameSchema.safeParse(text)
  if (result.success) return true
  const message = result.error.issues[0]?.message ?? ''
  problems.add(place, path, message.startsWith('not ') ? `${JSON.stringify(text.slice(0, 80))} is ${message}` : message)
  return false
}

/** The entries of a section whose keys are names and whose values are maps. */
export function namedEntries(node: Located | null, section: string, problems: ProblemList): Named[] {
  if (!node) return []
  if (node.kind !== 'map') {
    const example = `"${section}:" and below it, indented, "my-name:" with its settings`
    problems.add(node.place, [section], `${section} is a map of names: write ${example}`)
    return []
  }
  const found: Named[] = []
  for (const [key, { key: place, value }] of node.entries) {
    const path = [section, key]
    if (!checkName(key, place, path, problems)) continue
    if (value.kind !== 'map') problems.add(place, path, `there are no settings: write them below it, indented`)
    // what is missing in it is told at its name
    else found.push({ name: key, node: { ...value, place }, path, key: place, at: positionOf(place) })
  }
  return found
}

/** The part of a map that has these keys, or has them not. */
export function pick(node: LocatedMap, wanted: (key: string) => boolean): LocatedMap {
  return { ...node, entries: new Map([...node.entries].filter(([key]) => wanted(key))) }
}
