import { endedText } from '../../tasks/record-drill.ts'
import { nameOf } from '../auth/guard.ts'
import type { ApiContext } from '../context.ts'
import * as ask from '../drill-requests.ts'
import * as answer from '../drill-schemas.ts'
import { drillOf, presentDrill } from '../present-drill.ts'
import { notFound, RefusedError } from '../problem.ts'
import { idParams } from '../requests.ts'
import { paged, route } from '../route.ts'

const tag = 'drills'

/** Drills of the checks that prove its copies count for a service. */
async function checksOf(context: ApiContext, service: string): Promise<string[]> {
  const view = (await context.estate()).estate.byName.get(service)
  return view?.copies.flatMap(({ checks }) => checks.map(({ check }) => check.id)) ?? []
}

export const drillRoutes = [
  route({
    method: 'GET',
    url: '/drills',
    name: 'listDrills',
    tag,
    summary: 'Restores that were tried, the newest first',
    input: { query: ask.drillsQuery },
    answer: answer.drillPage,
    async handle({ query: { service, check, outcome, ended, limit, cursor } }, { context }) {
      const checks = check === undefined ? service && (await checksOf(context, service)) : [check]
      const filter = { service, checks: checks || undefined, outcomes: outcome, ended }
      const page = await paged(() => context.store.read.drills(filter, limit, cursor ?? null))
      return { items: page.items.map(presentDrill), next_cursor: page.next }
    },
  }),
  route({
    method: 'POST',
    url: '/drills',
    name: 'recordDrill',
    tag,
    summary: 'Record a restore that was tried, or correct a record',
    input: { body: ask.drillBody },
    answer: answer.drill,
    async handle({ body }, { context, who }) {
      const name = nameOf(who)
      const recorded = await context.operations.recordDrill(drillOf(body, name), name)
      if (recorded.outcome === 'refused') {
        const told = recorded.problems.map(({ message }) => message).join('\n')
        throw new RefusedError(422, told, {}, [...recorded.problems])
      }
      return presentDrill(recorded.drill)
    },
  }),
  route({
    method: 'GET',
    url: '/drills/:id',
    name: 'getDrill',
    tag,
    summary: 'One drill',
    input: { params: idParams },
    answer: answer.drill,
    async handle({ params }, { context }) {
      const drill = await context.store.read.drill(params.id)
      if (drill === null) throw notFound('drill', params.id)
      return presentDrill(drill)
    },
  }),
  route({
    method: 'POST',
    url: '/drills/:id/withdraw',
    name: 'withdrawDrill',
    tag,
    summary: 'Take a record back: it stays, and does not count any more',
    input: { params: idParams, body: ask.withdrawBody },
    answer: answer.drill,
    async handle({ params, body }, { context, who }) {
      const outcome = await context.operations.withdrawDrill(params.id, body.by ?? nameOf(who), body.reason)
      if (outcome.outcome === 'unknown') throw notFound('drill', params.id)
      if (outcome.outcome === 'ended') throw new RefusedError(409, `${endedText(outcome.drill)}.`)
      return presentDrill(outcome.drill)
    },
  }),
]
