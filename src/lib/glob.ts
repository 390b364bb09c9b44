/** A glob over ids and names: * stands for any run of characters (slashes too), ? for one; the rest for itself. */
export function globToRegExp(glob: string): RegExp {
  const body = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${body}$`, 'su')
}
