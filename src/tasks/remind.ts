import { type Instant, instant, plus } from '../domain/instant.ts'
import { subjectOf } from '../domain/subject.ts'
import { happened } from '../incidents/transition.ts'
import { routesFor } from '../notifications/route.ts'
import type { TaskContext } from './context.ts'
import { saveHappenings } from './judge.ts'
import { type Happening, itemOf } from './notify.ts'

const BATCH = 500

/** Tells again of incidents that nobody has acknowledged for as long as their route's `repeat`. */
export async function remind(context: TaskContext): Promise<number> {
  const config = context.config()
  const now = instant(context.clock.now())
  const channels = config.channels.map((channel) => channel.name)
  const intervals = [...new Set(config.routes.flatMap((route) => route.repeatMs ?? []))]
  let reminded = 0
  for (const repeatMs of intervals) reminded += await remindAfter(repeatMs)
  if (reminded > 0) context.onDeliveries()
  return reminded

  async function remindAfter(repeatMs: number): Promise<number> {
    const before: Instant = plus(now, -repeatMs)
    let told = 0
    // those that nobody is told of again stay the oldest for ever: they are skipped, or they would hide the others
    let skipped = 0
    for (;;) {
      const { seen, reminded } = await remindSome(repeatMs, before, skipped)
      told += reminded
      skipped += seen - reminded
      if (seen < BATCH) return told
    }
  }

  function remindSome(repeatMs: number, before: Instant, skip: number): Promise<{ seen: number; reminded: number }> {
    return context.store.write(async (tx) => {
      const incidents = await tx.incidentsToRemind(before, BATCH, skip)
      const checks = new Map(
        (await tx.checksById(incidents.map(({ subject }) => subject))).map((check) => [check.id, check]),
      )
      const happenings = incidents.flatMap((incident): Happening[] => {
        const check = checks.get(incident.subject) ?? null
        const ofCheck = subjectOf(incident.subject).kind === 'check'
        if (check ? check.judgement.status === 'paused' : ofCheck) return []
        const happening = {
          event: happened(incident, 'reminder', incident.reason, now, context.newId),
          incident,
          check,
        }
        const soonest = Math.min(
          ...routesFor(itemOf(happening, context, now), config.routes, channels).map(
            (route) => route.repeatMs ?? Number.POSITIVE_INFINITY,
          ),
        )
        return soonest === repeatMs ? [happening] : []
      })
      await saveHappenings(tx, [], happenings, context, now)
      return { seen: incidents.length, reminded: happenings.length }
    })
  }
}
