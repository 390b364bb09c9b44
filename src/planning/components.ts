/**
 * The strongly connected components of a graph (Tarjan), without recursion: chains may be tens of thousands long. `edges[n]`
 * are the nodes that n points to; a component comes after all that it points to.
 */
export function components(edges: readonly (readonly number[])[]): number[][] {
  const unseen = -1
  const index = new Int32Array(edges.length).fill(unseen)
  const low = new Int32Array(edges.length)
  const open = new Uint8Array(edges.length)
  const next = new Int32Array(edges.length)
  const stack: number[] = []
  const found: number[][] = []
  let counter = 0

  for (let root = 0; root < edges.length; root++) {
    if (index[root] !== unseen) continue
    const path = [root]
    for (let node = root; path.length > 0; node = path.at(-1) ?? 0) {
      if (index[node] === unseen) {
        index[node] = low[node] = counter++
        open[node] = 1
        stack.push(node)
      }
      const target = edges[node]?.[next[node] ?? 0]
      if (target !== undefined) {
        next[node] = (next[node] ?? 0) + 1
        if (index[target] === unseen) path.push(target)
        else if (open[target]) low[node] = Math.min(low[node] ?? 0, index[target] ?? 0)
        continue
      }
      path.pop()
      const parent = path.at(-1)
      if (parent !== undefined) low[parent] = Math.min(low[parent] ?? 0, low[node] ?? 0)
      if (low[node] !== index[node]) continue
      const members = stack.splice(stack.lastIndexOf(node))
      for (const member of members) open[member] = 0
      found.push(members)
    }
  }
  return found
}
