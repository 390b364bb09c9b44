import { basename } from 'node:path'
import type { ConfiguredSource } from '../../config/config.ts'
import { isSettingFile } from '../../config/settings/setting-text.ts'
import { toIso } from '../../domain/instant.ts'
import { emptySummary, STATUSES, type StatusSummary } from '../../domain/status.ts'
import type { ScopeState } from '../../store/store.ts'
import type { NewsReceiver } from '../context.ts'
import { presentScope } from '../present.ts'
import { notFound, RefusedError } from '../problem.ts'
import * as ask from '../requests.ts'
import { route } from '../route.ts'
import * as answer from '../schemas.ts'

const tag = 'sources'

function presentSource(
  source: ConfiguredSource,
  scopes: readonly ScopeState[],
  counts: readonly { source: string; summary: StatusSummary }[],
  news: NewsReceiver,
): answer.SourceJson {
  const pulls = 'scan' in source.source
  const hears = 'scan' in source.source && (source.source.hook ?? source.source.queue) !== undefined
  const [next] = scopes.map((scope) => scope.nextLookAt).sort((a, b) => a - b)
  return {
    name: source.name,
    type: source.type,
    mode: pulls ? 'pull' : 'push',
    every_seconds: pulls ? source.everyMs / 1000 : null,
    owner: source.owner,
    tags: { ...source.tags },
    defined_at: `${isSettingFile(source.at.file) ? source.at.file : basename(source.at.file)}:${source.at.line}:${source.at.column}`,
    summary: sum(counts.filter((group) => group.source === source.name).map((group) => group.summary)),
    next_look_at: next === undefined ? null : toIso(next),
    scopes: scopes.map(presentScope),
    events: hears
      ? {
          trouble: news.trouble(source.name),
          refused: news.refused(source.name).map((one) => ({ ...one, at: toIso(one.at) })),
        }
      : null,
  }
}

function sum(summaries: readonly StatusSummary[]): StatusSummary {
  const out = emptySummary()
  for (const summary of summaries) for (const key of ['total', ...STATUSES] as const) out[key] += summary[key]
  return out
}

export const sourceRoutes = [
  route({
    method: 'GET',
    url: '/sources',
    name: 'listSources',
    tag,
    summary: 'What is read, and how the last looks went',
    answer: answer.sourceList,
    async handle(_, { context }) {
      const { read } = context.store
      const [scopes, counts] = await Promise.all([read.scopes(), read.counts()])
      const bySource = Map.groupBy(scopes, (scope) => scope.source)
      const { sources } = context.config()
      return {
        items: sources.map((source) => presentSource(source, bySource.get(source.name) ?? [], counts, context.news)),
      }
    },
  }),
  route({
    method: 'POST',
    url: '/sources/:name/look',
    name: 'lookAtSource',
    tag,
    summary: 'Look at all its scopes now',
    input: { params: ask.nameParams, body: ask.noBody },
    status: 202,
    answer: answer.requested,
    async handle({ params }, { context }) {
      const source = context.config().sources.find((known) => known.name === params.name)
      if (!source) throw notFound('source', params.name)
      if (!('scan' in source.source))
        throw new RefusedError(409, `"${source.name}" reports by itself: there is nothing to look at.`)
      return { requested: await context.operations.requestLook({ source: source.name }) }
    },
  }),
]
