const LONGEST = 64

/** Edits between two words (a swap of neighbours is one edit), as in optimal string alignment. */
export function distance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let edits = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) edits = Math.min(edits, (before[j - 2] ?? 0) + 1)
      row.push(edits)
    }
    before = last
    last = row
  }
  return last[b.length] ?? 0
}

/** maxAge, max-age and MAX_AGE are all meant as max_age. */
function bare(word: string): string {
  return word.toLowerCase().replace(/[-_ ]/g, '')
}

/** The candidate that `word` was probably meant to be; null: none is near. */
export function suggest(word: string, candidates: readonly string[]): string | null {
  if (word.length > LONGEST) return null
  let best: string | null = null
  let least = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= Math.max(least, 4)) continue
    const edits = bare(candidate) === bare(word) ? 0 : distance(word.toLowerCase(), candidate.toLowerCase())
    if (edits < least) [best, least] = [candidate, edits]
  }
  return best
}
