import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestApi } from '../../../test/fakes/api.ts'
import { get, startEstate } from '../../../test/fakes/estate.ts'
import { aSigner } from '../../../test/fakes/evidence.ts'
import { NOW } from '../../../test/fakes/notification.ts'
import { checkpointItem } from '../../evidence/items.ts'
import { evidenceHead } from '../evidence-schemas.ts'

let api: TestApi
beforeAll(async () => {
  api = await startEstate()
})
afterAll(() => api[Symbol.asyncDispose]())

test('the head of the chain is told, with its newest signature', async () => {
  const { head } = await get(api, '/evidence/head', evidenceHead)
  // the estate has status changes and incidents
  if (!head) throw new Error('nothing is in it')
  expect(head.seq).toBeGreaterThan(2)
  expect(head).toMatchObject({ head: `${head.seq}:${head.hash}`, checkpoint: null })
  await api.store.write((tx) => tx.addEvidence([checkpointItem(aSigner(), NOW)]))
  const { head: signed } = await get(api, '/evidence/head', evidenceHead)
  expect(signed).toMatchObject({ seq: head.seq + 1, checkpoint: { seq: head.seq + 1, at: '2026-11-20T12:00:00Z' } })
})
