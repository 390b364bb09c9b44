import { z } from 'zod'
import { text } from '../../lib/fields.ts'
import { globToRegExp } from '../../lib/glob.ts'

/** Which resources: all that is given must hold; patterns have * and ?. */
export const selector = z
  .strictObject({
    name: text().describe('The id or the name of the resource, or a pattern of it').optional(),
    tag: text().describe('The key of a tag that it has').optional(),
    value: text().describe('The value of that tag, or a pattern of it; any').optional(),
    state: text()
      .describe('Its state in AWS: in-use or available (unattached) of a volume, available of a database')
      .optional(),
    instance: text().describe('The EC2 instance that a volume is attached to').optional(),
    engine: text().describe('The engine of a database: postgres, aurora-*, docdb').optional(),
  })
  .superRefine((given, context) => {
    if (Object.values(given).every((value) => value === undefined))
      context.addIssue({ code: 'custom', message: 'it says of nothing which resources are meant: give name, tag, ...' })
    if (given.value !== undefined && given.tag === undefined)
      context.addIssue({ code: 'custom', path: ['value'], message: 'a value of which tag? give tag too' })
  })

export type Selector = z.output<typeof selector>

/** What selectors can ask of a resource. */
export interface Selectable {
  id: string
  name: string
  tags: Readonly<Record<string, string>>
  state: string
  instances?: readonly string[]
  engine?: string
}

/** Whether a resource is watched: with `include` only what one of them means, without what one of `exclude` means. */
export function selection(
  include: readonly Selector[] | undefined,
  exclude: readonly Selector[] | undefined,
): (resource: Selectable) => boolean {
  const included = include?.map(matcher)
  const excluded = (exclude ?? []).map(matcher)
  return (resource) =>
    (included === undefined || included.some((matches) => matches(resource))) &&
    !excluded.some((matches) => matches(resource))
}

function matcher({ name, tag, value, state, instance, engine }: Selector): (resource: Selectable) => boolean {
  const pattern = (glob: string | undefined) => (glob === undefined ? null : globToRegExp(glob))
  const [names, values, states, instances, engines] = [name, value, state, instance, engine].map(pattern)
  return (resource) => {
    if (names && !names.test(resource.id) && !names.test(resource.name)) return false
    if (states && !states.test(resource.state)) return false
    if (instances && !resource.instances?.some((id) => instances.test(id))) return false
    if (engines && !engines.test(resource.engine ?? '')) return false
    if (tag === undefined) return true
    return Object.hasOwn(resource.tags, tag) && (!values || values.test(resource.tags[tag] ?? ''))
  }
}
