import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { aConfig } from '../../test/fakes/api.ts'
import { NOW } from '../../test/fakes/notification.ts'
import { type Instant, plus } from '../domain/instant.ts'
import type { ObservedDrill } from '../domain/observation.ts'
import { newId } from '../lib/id.ts'
import { openSqliteStore } from '../store/dialects/sqlite.ts'
import { keepDrills } from './keep-drills.ts'

const DAY = 86_400_000
const HISTORY_MS = 7 * DAY

function restore(id: string, at: Instant): ObservedDrill {
  const times = { rtaMs: 1000, rpaMs: null }
  return {
    kind: 'drill',
    check: 'aws/db',
    id,
    at,
    by: 'a restore job',
    outcome: 'restored',
    ...times,
    gaps: [],
    note: null,
  }
}

test('what was removed as old history is not told anew by each look at a place that remembers for longer', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'backproof-drills-'))
  const store = await openSqliteStore({ path: join(directory, 'backproof.db') })
  try {
    const context = { newId: () => newId(NOW), config: () => ({ ...aConfig(), keepHistoryMs: HISTORY_MS }) }
    const seen = [restore('old', plus(NOW, -2 * DAY)), restore('new', plus(NOW, -DAY))]
    const look = (now: Instant) => store.write((tx) => keepDrills(tx, 'aws', seen, context, now))
    await look(NOW)
    const later = plus(NOW, 10 * DAY)
    expect(await store.write((tx) => tx.prune(plus(later, -HISTORY_MS), later))).toBe(1)
    const head = await store.read.evidenceHead()
    await look(later)
    expect(await store.read.evidenceHead()).toEqual(head)
    expect((await store.read.drills({}, 10)).items.map(({ reference }) => reference)).toEqual(['aws:new'])
  } finally {
    await store.close()
    rmSync(directory, { recursive: true, force: true })
  }
})
