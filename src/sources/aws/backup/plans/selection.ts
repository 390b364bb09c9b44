import { globToRegExp } from '../../../../lib/glob.ts'
import type { SelectionFacts, TagTest } from './plan.ts'

/** A resource that exists. */
export interface Resource {
  arn: string
  tags: Readonly<Record<string, string>>
}

/**
 * Whether a selection takes a resource. Its ARNs (any of them) or one of its tags (ListOfTags, any of them) brings one in;
 * all of its conditions must hold, and none of its exceptions.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html
 */
export function selects(selection: SelectionFacts): (resource: Resource) => boolean {
  const { anyOfTags, allOf } = selection
  const [named, excepted] = [selection.resources, selection.notResources].map((arns) => arns.map(globToRegExp))
  const conditions = allOf.map((test) => ({ ...test, pattern: globToRegExp(test.value) }))
  return ({ arn, tags }) => {
    const isNamed = named?.some((it) => it.test(arn)) ?? false
    const isTagged = anyOfTags.some((test) => has(tags, test))
    // conditions or exceptions alone are of everything
    const isOfAll =
      selection.resources.length === 0 && anyOfTags.length === 0 && allOf.length + selection.notResources.length > 0
    if (!isNamed && !isTagged && !isOfAll) return false
    if (excepted?.some((it) => it.test(arn))) return false
    return conditions.every(({ operator, pattern, ...test }) => {
      const value = Object.hasOwn(tags, test.key) ? tags[test.key] : undefined
      switch (operator) {
        case 'equals':
          return value === test.value
        case 'like':
          return value !== undefined && pattern.test(value)
        case 'not-equals':
          return value !== test.value
        default:
          return value === undefined || !pattern.test(value)
      }
    })
  }
}

const has = (tags: Resource['tags'], { key, value }: TagTest) => Object.hasOwn(tags, key) && tags[key] === value

/**
 * Whether a selection can only take what has a tag. What never had one is in no list that AWS gives, so that of others it
 * can't be told that they match nothing.
 */
export function needsTag({ resources, allOf, anyOfTags }: SelectionFacts): boolean {
  const isNarrowed = allOf.some(({ operator }) => operator === 'equals' || operator === 'like')
  return isNarrowed || (resources.length === 0 && anyOfTags.length > 0)
}
