import { expect, test } from 'vitest'
import { aCheck } from '../../test/fakes/checks.ts'
import { NOW } from '../../test/fakes/notification.ts'
import type { Check } from '../domain/check.ts'
import { perCheckSeries } from './per-check.ts'

async function* each(checks: readonly Check[]) {
  yield* checks
}

async function text(checks: readonly Check[]): Promise<string> {
  return (await chunksOf(checks)).join('')
}

async function chunksOf(checks: readonly Check[]): Promise<string[]> {
  const chunks: string[] = []
  for await (const chunk of perCheckSeries(each(checks))) chunks.push(chunk)
  return chunks
}

test('each check has its status, newest point and threshold', async () => {
  const missing = aCheck('fleet/b', {
    type: 'file',
    facts: { newestGood: null },
    judgement: { status: 'missing', thresholdMs: null },
  })
  const lines = (await text([aCheck('fleet/a'), missing])).split('\n')
  expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
    'backproof_check_status{check="fleet/a",source="fleet",type="restic",status="ok"} 1',
    'backproof_check_status{check="fleet/b",source="fleet",type="file",status="missing"} 1',
    `backproof_check_last_recovery_point_timestamp_seconds{check="fleet/a",source="fleet",type="restic"} ${NOW / 1000 - 3600}`,
    'backproof_check_threshold_seconds{check="fleet/a",source="fleet",type="restic"} 86400',
    `backup_latest_success_unixtime{scope="fleet/a"} ${NOW / 1000 - 3600}`,
  ])
})

test('names from outside stay inside their quotes', async () => {
  const out = await text([aCheck('fleet/a"} 1\nevil{x="\\', { source: 'fl"eet', type: 'a\\b' })])
  expect(out).toContain(
    String.raw`backproof_check_status{check="fleet/a\"} 1\nevil{x=\"\\",source="fl\"eet",type="a\\b",status="ok"} 1`,
  )
  expect(out.split('\n').filter((line) => line.startsWith('evil'))).toEqual([])
})

test('all series of a name stand together, however many chunks they come in', async () => {
  const checks = Array.from({ length: 3000 }, (_, n) => aCheck(`fleet/check-${n}`))
  const chunks = await chunksOf(checks)
  expect(chunks.length).toBeGreaterThan(8)
  const names = chunks
    .join('')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('{', 1)[0])
  expect(names).toHaveLength(12_000)
  expect(names.filter((name, n) => name !== names[n - 1])).toHaveLength(4)
})

test('without checks there are headings alone', async () => {
  expect((await text([])).split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([])
})
