import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What all benchmarks share. Figures are ratios against a baseline of the same run: absolute times are noise. */

export interface Benchmark {
  /** What it measures, in one sentence. */
  about: string
  /** Asserts the planted answers as it measures. `brief`: as little as shows that it works. */
  run(options: { brief: boolean }): Promise<Figure[]>
}

export interface Figure {
  name: string
  /** What it is measured against, in words; null: the value stands for itself (a count, a size). */
  against: string | null
  /** With `against` the ratio to it, else the value. */
  value: number
  unit: string
  goal: { most: number } | { least: number } | null
  /** The measured times behind it, for people. */
  detail: string
}

export interface Spread {
  min: number
  median: number
  max: number
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const [min, median, max] = [sorted[0], sorted[Math.floor((sorted.length - 1) / 2)], sorted.at(-1)]
  assert.ok(min !== undefined && median !== undefined && max !== undefined, 'nothing was measured')
  return { min, median, max }
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const value = sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)]
  assert.ok(value !== undefined, 'nothing was measured')
  return value
}

/** Runs both in turns (A B A B), so that what else this machine does hits them alike; the spread of what each returns. */
export async function interleave(
  rounds: number,
  contenders: Record<'ours' | 'base', () => number | Promise<number>>,
): Promise<Record<'ours' | 'base', Spread>> {
  const [ours, base]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    ours.push(await contenders.ours())
    base.push(await contenders.base())
  }
  return { ours: spread(ours), base: spread(base) }
}

export async function wallMs(work: () => unknown): Promise<number> {
  const at = performance.now()
  await work()
  return performance.now() - at
}

/** CPU of this process (all of its threads, not its children), in milliseconds. */
export async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.resourceUsage()
  await work()
  const after = process.resourceUsage()
  return (after.userCPUTime - before.userCPUTime + after.systemCPUTime - before.systemCPUTime) / 1000
}

/** The ratio of two medians. */
export function ratio(
  name: string,
  ours: Spread,
  base: Spread,
  { against, unit = 'ms', goal = null }: { against: string; unit?: string; goal?: Figure['goal'] },
): Figure {
  const detail = `${shown(ours)} against ${shown(base)} ${unit}`
  return { name, against, value: ours.median / base.median, unit: 'x', goal, detail }
}

export function shown({ min, median, max }: Spread): string {
  return `${round(median)} (${round(min)} to ${round(max)})`
}

export function round(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2)
}

export function printed({ name, against, value, unit, goal, detail }: Figure): string {
  const measured = `${round(value)} ${unit}${against ? ` ${against}` : ''}`
  if (!goal) return `${name}: ${measured}\n    ${detail}`
  const [reached, words] = 'most' in goal ? [value <= goal.most, 'at most'] : [value >= goal.least, 'at least']
  const aim = 'most' in goal ? goal.most : goal.least
  return `${name}: ${measured} (goal: ${words} ${aim} ${unit}: ${reached ? 'reached' : 'MISSED'})\n    ${detail}`
}

/** A folder of its own, gone at the end. */
export function folder(): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'backproof-bench-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** Awaits the end of the garbage that was made before, where node was started with --expose-gc. */
export function settle(): void {
  globalThis.gc?.()
}
