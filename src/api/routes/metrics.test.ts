import { afterAll, beforeAll, expect, test } from 'vitest'
import { JOB, startApi, type TestApi } from '../../../test/fakes/api.ts'
import { aCheck } from '../../../test/fakes/checks.ts'
import { NOW } from '../../../test/fakes/notification.ts'
import { aDrill } from '../../../test/fakes/services.ts'
import { plus } from '../../domain/instant.ts'
import { deliveryAttempted, scanFinished } from '../../metrics/events.ts'

const DRILL = aDrill('shop')
let api: TestApi
beforeAll(async () => {
  api = await startApi({
    checks: [
      aCheck('fleet/a'),
      aCheck('fleet/b', { type: 'file', judgement: { status: 'stale', severity: 'critical' } }),
      aCheck('jobs/c', { type: 'heartbeat' }),
      aCheck('jobs/gone', { type: 'heartbeat', retiredAt: NOW }),
    ],
  })
  const older = { ...DRILL, id: 'older', at: plus(DRILL.at, -1000) }
  const alone = { ...DRILL, id: 'alone', service: null, check: 'fleet/a' }
  await api.store.write((tx) => tx.addDrills([older, DRILL, alone]))
})
afterAll(() => api[Symbol.asyncDispose]())

const scrape = async (path: string) => {
  const { status, body, headers } = await api.get(path)
  expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  return String(body).split('\n')
}

test('by default the series are counts', async () => {
  scanFinished('fleet', 'complete', 1500)
  deliveryAttempted('oncall', 'retry', 20)
  await api.get(`/ping/${JOB}`)
  const lines = await scrape('/metrics')
  for (const line of [
    'backproof_build_info{version="1.2.3"} 1',
    'backproof_healthy{part="database"} 1',
    'backproof_checks{source="fleet",type="restic",status="ok"} 1',
    'backproof_checks{source="fleet",type="file",status="stale"} 1',
    'backproof_checks{source="jobs",type="heartbeat",status="ok"} 1',
    'backproof_scans_total{source="fleet",outcome="complete"} 1',
    'backproof_delivery_attempts_total{channel="oncall",outcome="retry"} 1',
    'backproof_pings_total{outcome="recorded"} 1',
  ])
    expect(lines).toContain(line)
  expect(lines.find((line) => line.startsWith('process_resident_memory_bytes'))).toBeDefined()
  expect(lines.join()).not.toContain('fleet/a')
})

test('by choice each check has series, until it is retired', async () => {
  const lines = await scrape('/metrics?per_check=1')
  expect(lines.filter((line) => line.startsWith('backproof_check_status{'))).toEqual([
    'backproof_check_status{check="fleet/a",source="fleet",type="restic",status="ok"} 1',
    'backproof_check_status{check="fleet/b",source="fleet",type="file",status="stale"} 1',
    'backproof_check_status{check="jobs/c",source="jobs",type="heartbeat",status="ok"} 1',
  ])
  expect(lines).toContain('backproof_checks{source="fleet",type="restic",status="ok"} 1')
  expect(lines.join()).not.toContain('gone')
  expect(lines.filter((line) => line.startsWith('backproof_service_last_drill'))).toEqual([
    `backproof_service_last_drill_timestamp_seconds{service="shop",outcome="verified"} ${DRILL.at / 1000}`,
    'backproof_service_last_drill_duration_seconds{service="shop"} 3600',
  ])
  expect((await api.get('/metrics?per_check=yes')).status).toBe(400)
})

test('a scrape that is broken off does not block the next', async () => {
  for (let n = 0; n < 3; n++) {
    const stop = new AbortController()
    const response = await fetch(`${api.url}/metrics?per_check=1`, { signal: stop.signal })
    stop.abort()
    await response.text().catch(() => '')
  }
  await expect.poll(async () => (await api.get('/metrics?per_check=1')).status).toBe(200)
})
