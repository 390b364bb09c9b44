import type { Instant } from '../../domain/instant.ts'
import type { Span } from '../../domain/watch-record.ts'

/**
 * What is known of an instant. within: some point was young enough. breached: it was seen that none was. unknown: it could not be
 * read, or nothing proves it. paused: a person did not want to know. unwatched: Backproof itself was not at work, and no point
 * proves it. unrecorded: before the first record, or the record was removed. absent: it was not there yet.
 */
export const STATES = ['within', 'breached', 'unknown', 'paused', 'unwatched', 'unrecorded', 'absent'] as const
export type State = (typeof STATES)[number]

export interface Piece<S extends string = State> extends Span {
  state: S
}

/** Overlapping and touching spans made one, in order. */
export function union(spans: readonly Span[]): Span[] {
  const out: Span[] = []
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    if (span.to <= span.from) continue
    const last = out.at(-1)
    if (last && span.from <= last.to) last.to = span.to > last.to ? span.to : last.to
    else out.push({ ...span })
  }
  return out
}

/** The span cut into pieces at `cuts`, each with the state at its start; neighbours of one state are one piece. */
export function cutInto<S extends string>(
  within: Span,
  cuts: Iterable<Instant>,
  stateAt: (at: Instant) => S,
): Piece<S>[] {
  const inside = [...new Set(cuts)].filter((at) => at > within.from && at < within.to).sort((a, b) => a - b)
  const out: Piece<S>[] = []
  if (within.to <= within.from) return out
  let from = within.from
  for (const to of [...inside, within.to]) {
    const state = stateAt(from)
    const last = out.at(-1)
    if (last?.state === state) last.to = to
    else out.push({ from, to, state })
    from = to
  }
  return out
}

/** What holds at instants that only grow: spans are in order and do not overlap. */
export function follow<T extends Span>(spans: readonly T[]): (at: Instant) => T | null {
  let i = 0
  return (at) => {
    let span = spans[i]
    while (span && span.to <= at) span = spans[++i]
    return span && span.from <= at ? span : null
  }
}

/** Several courses over the same span as one. */
export function together<S extends string, R extends string>(
  within: Span,
  courses: readonly (readonly Piece<S>[])[],
  decide: (states: readonly S[]) => R,
): Piece<R>[] {
  const followed = courses.map((course) => follow(course))
  const cuts = courses.flatMap((course) => course.map(({ from }) => from))
  return cutInto(within, cuts, (at) => decide(followed.flatMap((stateAt) => stateAt(at)?.state ?? [])))
}

/** Milliseconds of each state. */
export function lengths(pieces: readonly Piece[]): Record<State, number> {
  const out = { within: 0, breached: 0, unknown: 0, paused: 0, unwatched: 0, unrecorded: 0, absent: 0 }
  for (const { from, to, state } of pieces) out[state] += to - from
  return out
}
