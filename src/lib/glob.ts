/** A glob over ids and names: * stands for any run of characters (slashes too), ? for one; the rest for itself. */
export function globToRegExp(glob: string): RegExp {
  const body = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${body}$`, 'su')
}

export function isGlob(text: string): boolean {
  return /[*?]/.test(text)
}

/** Whether an id and the tags beside it are those that are wanted: by themselves, or as globs. */
export function matchesAll(
  id: string | null,
  wanted: Readonly<Record<string, string>>,
): (id: string, tags: Readonly<Record<string, string>>) => boolean {
  const pattern = id === null ? null : globToRegExp(id)
  const byTags = Object.entries(wanted).map(([key, value]) => ({ key, pattern: globToRegExp(value) }))
  return (subject, tags) =>
    byTags.every((tag) => Object.hasOwn(tags, tag.key) && tag.pattern.test(tags[tag.key] ?? '')) &&
    (pattern === null || pattern.test(subject))
}
