import type { FakeDatabase, FakeDbEvent, FakeDbSnapshot, FakeRegion } from './aws-estate.ts'
import { at, HOUR, MINUTE, START, snap } from './rds-estate.ts'

/** What may happen to databases and their snapshots. */
export const DEEDS = [
  'make',
  'make',
  'complete',
  'complete',
  'fail',
  'delete',
  'copy',
  'modify',
  'rename',
  'add',
  'drop',
  'rotate',
] as const

export interface Deed {
  deed: (typeof DEEDS)[number]
  /** Which database, and which of its snapshots. */
  of: number
  which: number
  /** How long after the step has begun, and how much later it is told; null: never. */
  afterMs: number
  toldAfterMs: number | null
}

const KINDS = [
  { id: (n: number) => `rds:own-${n}`, type: 'automated' },
  { id: (n: number) => `by-hand-${n}`, type: 'manual' },
  { id: (n: number) => `awsbackup:job-${n}`, type: 'awsbackup' },
]

/** A region to which things happen: an event is sent of each but what AWS does of itself. */
export class RdsHistory {
  readonly region: FakeRegion
  /** When each snapshot went, by its name. */
  readonly goneAt = new Map<string, number>()
  readonly #databases: FakeDatabase[] = []
  readonly #clusters: FakeDatabase[] = []
  readonly #dbSnapshots: FakeDbSnapshot[] = []
  readonly #clusterSnapshots: FakeDbSnapshot[] = []
  readonly #events: FakeDbEvent[] = []
  #made = 0

  constructor() {
    for (const name of ['a', 'b']) this.#databases.push({ name, resourceId: `db-${name}` })
    for (const name of ['x']) this.#clusters.push({ name, resourceId: `cluster-${name}` })
    for (const { name, resourceId = '' } of [...this.#databases, ...this.#clusters]) {
      const list = name === 'x' ? this.#clusterSnapshots : this.#dbSnapshots
      for (let day = 0; day < 10; day++)
        list.push(snap(`rds:${name}-${day}`, name, -(1 + 24 * day) * HOUR, { resourceId }))
      for (const n of [0, 1, 2, 30])
        list.push(snap(`by-hand-${name}-${n}`, name, -(50 + n * 60) * MINUTE, { resourceId, type: 'manual' }))
    }
    this.region = {
      databases: this.#databases,
      clusters: this.#clusters,
      dbSnapshots: this.#dbSnapshots,
      clusterSnapshots: this.#clusterSnapshots,
      dbEvents: this.#events,
    }
  }

  happen({ deed, of, which, afterMs, toldAfterMs }: Deed, beganMs: number): void {
    const all = [...this.#databases, ...this.#clusters]
    const database = all[of % all.length]
    if (!database) return
    const isCluster = this.#clusters.includes(database)
    const list = isCluster ? this.#clusterSnapshots : this.#dbSnapshots
    const own = list.filter(({ resourceId }) => resourceId === database.resourceId)
    const ms = beganMs + afterMs
    const pick = (some: FakeDbSnapshot[]) => some[which % Math.max(some.length, 1)]
    const tell = (name: string) => {
      if (toldAfterMs === null) return
      const kind = isCluster ? 'db-cluster-snapshot' : 'db-snapshot'
      this.#events.push({ kind, of: name, at: at(ms), toldAt: at(ms + toldAfterMs) })
    }
    const change = (one: FakeDbSnapshot | undefined, to: Partial<FakeDbSnapshot>) => {
      if (!one) return
      Object.assign(one, to)
      tell(one.id)
    }
    const remove = (one: FakeDbSnapshot | undefined) => {
      if (!one) return
      list.splice(list.indexOf(one), 1)
      this.goneAt.set(one.id, START + ms)
    }
    const add = (more: Partial<FakeDbSnapshot>, type = which) => {
      const kind = KINDS[type % KINDS.length]
      const id = kind?.id(this.#made++) ?? ''
      const one = { id, of: database.name, type: kind?.type ?? '', resourceId: database.resourceId ?? '', ...more }
      list.push(one)
      tell(id)
    }
    const unfinished = own.filter(({ status }) => status === 'creating' || status === 'modifying')
    const isAutomated = ({ type = 'automated' }: FakeDbSnapshot) => type === 'automated'
    switch (deed) {
      case 'make':
        // it has no time at first
        add({ status: 'creating', ...(which % 2 === 0 && { at: at(ms) }) })
        break
      case 'complete': {
        const one = pick(unfinished)
        change(one, { status: 'available', at: one?.at ?? at(ms) })
        break
      }
      case 'fail':
        change(pick(unfinished), { status: 'failed', at: at(ms) })
        break
      case 'modify':
        change(pick(own.filter(({ status = 'available' }) => status === 'available')), { status: 'modifying' })
        break
      case 'delete': {
        const one = pick(own.filter((each) => !isAutomated(each)))
        remove(one)
        if (one) tell(one.id)
        break
      }
      case 'copy':
        add({ at: at(ms), ...(!isCluster && { originalAt: pick(own)?.at ?? at(ms) }) }, 1)
        break
      case 'rename':
        database.name = `${database.name.split('-')[0]}-${this.#made++}`
        break
      case 'add': {
        const name = `new${this.#made++}`
        const there = isCluster ? this.#clusters : this.#databases
        there.push({ name, resourceId: `db-${name}`, createdAt: at(ms) })
        break
      }
      case 'drop': {
        const there = isCluster ? this.#clusters : this.#databases
        if (there.length < 2) break
        there.splice(there.indexOf(database), 1)
        for (const one of own.filter(isAutomated)) remove(one)
        break
      }
      case 'rotate': {
        // the oldest, of which nobody is told
        const oldest = own.filter(isAutomated).sort((one, two) => (one.at ?? '9').localeCompare(two.at ?? '9'))
        if (oldest.length > 4) remove(oldest[0])
      }
    }
  }

  has(name: string): boolean {
    return [...this.#dbSnapshots, ...this.#clusterSnapshots].some(({ id }) => id === name)
  }
}

export const STEP_MS = 15 * MINUTE
