import { expect, test } from 'vitest'
import { atOnce, breather, inSlices, type Sum } from './time-slice.ts'

/** Keeps the thread busy for about a millisecond at each step. */
function* counting(to: number): Sum<number> {
  let sum = 0
  for (let n = 1; n <= to; n++) {
    const end = performance.now() + 1
    while (performance.now() < end) sum += 0
    sum += n
    yield
  }
  return sum
}

test('a sum in slices ends as at once, and others come between', async () => {
  expect(atOnce(counting(3))).toBe(6)
  let others = 0
  const timer = setInterval(() => others++, 1)
  const sum = await inSlices(counting(60))
  clearInterval(timer)
  expect(sum).toBe(1830)
  expect(others).toBeGreaterThan(2)
})

test('what fails in a slice fails the whole', async () => {
  const failing = function* (): Sum<never> {
    yield
    throw new Error('broken')
  }
  await expect(inSlices(failing())).rejects.toThrow('broken')
})

test('whoever is quick is not held up', () => {
  const breathe = breather(60_000)
  expect(breathe()).toBeUndefined()
})
