/** Whom the tags of a resource say: "owner", in whatever case. */
export function ownerOf(tags: readonly (readonly [key: string, value: string])[]): string | null {
  return tags.find(([key]) => key.toLowerCase() === 'owner')?.[1] || null
}
