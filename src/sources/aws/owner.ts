/** Whether the tag of this key says whom a resource is of, in whatever case. */
export const isOwner = (key: string) => key.toLowerCase() === 'owner'

/** Whom the tags of a resource say: "owner", in whatever case. */
export function ownerOf(tags: readonly (readonly [key: string, value: string])[]): string | null {
  return tags.find(([key]) => isOwner(key))?.[1] || null
}
