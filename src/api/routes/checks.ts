import type { z } from 'zod'
import type { CheckFilter } from '../../store/store.ts'
import { nameOf } from '../auth/guard.ts'
import type { ApiContext } from '../context.ts'
import { presentCheck, presentPing, presentPoint, presentStatusChange } from '../present.ts'
import { notFound, RefusedError } from '../problem.ts'
import * as ask from '../requests.ts'
import { cut, paged, route } from '../route.ts'
import * as answer from '../schemas.ts'

export function filterOf(query: z.output<typeof ask.summaryQuery>): CheckFilter {
  return {
    source: query.source,
    account: query.account,
    type: query.type,
    statuses: query.status,
    owner: query.owner,
    text: query.q?.trim() || undefined,
  }
}

async function known(context: ApiContext, id: string) {
  const check = await context.store.read.check(id)
  if (check === null) throw notFound('check', id)
  return check
}

const tag = 'checks'

export const checkRoutes = [
  route({
    method: 'GET',
    url: '/checks',
    name: 'listChecks',
    tag,
    summary: 'Checks, the worst first',
    input: { query: ask.checksQuery },
    answer: answer.checkPage,
    async handle({ query }, { context, now }) {
      const page = await paged(() => context.store.read.checks(filterOf(query), query.limit, query.cursor ?? null))
      return { items: page.items.map((check) => presentCheck(check, now)), next_cursor: page.next }
    },
  }),
  route({
    method: 'GET',
    url: '/checks/:id',
    name: 'getCheck',
    tag,
    summary: 'One check',
    input: { params: ask.idParams },
    answer: answer.check,
    async handle({ params }, { context, now }) {
      return presentCheck(await known(context, params.id), now)
    },
  }),
  route({
    method: 'GET',
    url: '/checks/:id/recovery-points',
    name: 'listRecoveryPoints',
    tag,
    summary: 'What could be restored, the newest first',
    input: { params: ask.idParams, query: ask.pointsQuery },
    answer: answer.recoveryPointList,
    async handle({ params, query }, { context }) {
      const check = await known(context, params.id)
      return cut(await context.store.read.points(check.id, query.limit + 1, query.since), query.limit, presentPoint)
    },
  }),
  route({
    method: 'GET',
    url: '/checks/:id/history',
    name: 'listStatusChanges',
    tag,
    summary: 'How its status changed, the newest first',
    input: { params: ask.idParams, query: ask.listQuery },
    answer: answer.statusChangeList,
    async handle({ params, query }, { context }) {
      const check = await known(context, params.id)
      return cut(await context.store.read.statusChanges(check.id, query.limit + 1), query.limit, presentStatusChange)
    },
  }),
  route({
    method: 'GET',
    url: '/checks/:id/pings',
    name: 'listPings',
    tag,
    summary: 'What a job reported, the newest first',
    input: { params: ask.idParams, query: ask.listQuery },
    answer: answer.pingList,
    async handle({ params, query }, { context }) {
      const check = await known(context, params.id)
      return cut(await context.store.read.pings(check.id, query.limit + 1), query.limit, presentPing)
    },
  }),
  route({
    method: 'POST',
    url: '/checks/:id/pause',
    name: 'pauseCheck',
    tag,
    summary: 'Judge it no more until a given time',
    input: { params: ask.idParams, body: ask.pauseBody },
    answer: answer.check,
    async handle({ params, body }, { context, now, who }) {
      const until = ask.pauseEnd(body, now)
      if (typeof until === 'string') throw new RefusedError(400, until)
      const check = await context.operations.pause(params.id, until, nameOf(who), body.reason ?? null)
      if (check === null) throw notFound('check', params.id)
      return presentCheck(check, now)
    },
  }),
  route({
    method: 'POST',
    url: '/checks/:id/resume',
    name: 'resumeCheck',
    tag,
    summary: 'End a pause now',
    input: { params: ask.idParams, body: ask.noBody },
    answer: answer.check,
    async handle({ params }, { context, now, who }) {
      const check = await context.operations.resume(params.id, nameOf(who))
      if (check === null) throw notFound('check', params.id)
      return presentCheck(check, now)
    },
  }),
  route({
    method: 'POST',
    url: '/checks/:id/look',
    name: 'lookAtCheck',
    tag,
    summary: 'Look at its scope now',
    input: { params: ask.idParams, body: ask.noBody },
    status: 202,
    answer: answer.requested,
    async handle({ params }, { context }) {
      const check = await known(context, params.id)
      return { requested: await context.operations.requestLook({ scope: check.scope }) }
    },
  }),
]
