import { formatDuration } from '../../lib/duration.ts'
import { type Shares, shares } from '../runbook/document.ts'
import { STATES, type State } from './pieces.ts'
import type { Spread, TimeShares } from './report.ts'

/** "99.99%": cut, never rounded up, so that only all of it is 100%, and what is there is never 0%. */
export function percent(share: number | null): string {
  if (share === null) return '-'
  const hundredths = Math.floor(share * 10_000)
  if (share > 0 && hundredths === 0) return '<0.01%'
  return `${(hundredths / 100).toFixed(hundredths % 100 === 0 ? 0 : 2)}%`
}

export function span(seconds: number | null): string {
  return seconds === null ? '-' : formatDuration(Math.round(seconds) * 1000)
}

/** "2026-11-20 12:00": the instants of a report are of minutes for people; all say UTC at the top. */
export function minute(iso: string | null): string {
  return iso === null ? '-' : iso.replace('T', ' ').slice(0, 16)
}

export const STATE_WORDS: Readonly<Record<State, { label: string; means: string; colour: string }>> = {
  within: {
    label: 'within',
    means: 'A recovery point was there that was no older than the RPO: some copy of each moment could be gone back to.',
    colour: '#2e7d32',
  },
  breached: {
    label: 'breached',
    means: 'It was seen that no copy had a recovery point young enough.',
    colour: '#c62828',
  },
  unknown: {
    label: 'unknown',
    means: 'A copy could not be read, or nothing proves it. Never counted as within.',
    colour: '#7b1fa2',
  },
  paused: { label: 'paused', means: 'A person had paused what proves it. Never counted as within.', colour: '#90a4ae' },
  unwatched: {
    label: 'not watched',
    means: 'Backproof itself was not at work, and no recovery point proves that time. Never counted as within.',
    colour: '#ef6c00',
  },
  unrecorded: {
    label: 'not recorded',
    means: 'Before the first record, or the record was removed. Never counted as within.',
    colour: '#616161',
  },
  absent: {
    label: 'not there yet',
    means: 'Before what proves it was first seen. Not counted at all.',
    colour: '#cfd8dc',
  },
}

export function share(time: TimeShares | null, state: State): string {
  if (time === null) return '-'
  const all = Object.values(time.seconds).reduce((sum, one) => sum + one, 0)
  return all === 0 ? '-' : percent(time.seconds[state] / all)
}

export function spreadText(spread: Spread | null): string {
  return spread === null ? '-' : `${span(spread.mean)} (longest ${span(spread.longest)})`
}

export function timeBar(title: string, time: TimeShares): Shares {
  return shares(
    title,
    STATES.filter((state) => state === 'within' || state === 'breached' || time.seconds[state] > 0).map((state) => {
      const all = Object.values(time.seconds).reduce((sum, one) => sum + one, 0)
      const { label, colour } = STATE_WORDS[state]
      return { label, colour, share: all === 0 ? 0 : time.seconds[state] / all, text: share(time, state) }
    }),
  )
}
