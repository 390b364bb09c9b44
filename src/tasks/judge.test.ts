import { expect, it } from 'vitest'
import { anInstance } from '../../test/fakes/estate-instance.ts'
import { ownMetrics } from '../metrics/events.ts'
import type { Writer } from '../store/store.ts'

const OPENED = 'backproof_incident_events_total{kind="opened",severity="critical"}'
const opened = async () => (await ownMetrics()).split('\n').find((line) => line.startsWith(OPENED)) ?? `${OPENED} 0`

it('counts and tells what happened to incidents once it is written, and not what is rolled back and tried again', async () => {
  const it_ = await anInstance()
  const { store, context } = it_
  let fails = true
  let [news, logged] = [0, 0]
  // as a database does that ends one of two transactions that meet
  const meeting = <T>(work: (tx: Writer) => Promise<T>) =>
    store.write(async (tx) => {
      const result = await work(tx)
      if (fails && (await tx.unresolvedIncidents(['fleet/web'])).length > 0) throw new Error('met another')
      return result
    })
  Object.assign(context, {
    store: { ...store, write: meeting },
    onChecks: () => news++,
    log: { ...context.log, info: () => logged++ },
  })
  it_.estate.set('web', [])
  await expect(it_.round()).rejects.toThrow('met another')
  expect([await opened(), news, logged]).toEqual([`${OPENED} 0`, 0, 0])
  fails = false
  expect(await it_.after(1)).toEqual(['opened BACKUP_MISSING critical fleet/web'])
  expect([await opened(), news, logged]).toEqual([`${OPENED} 1`, 1, 1])
  await it_.close()
})
