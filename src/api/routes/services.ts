import type { z } from 'zod'
import { toIso } from '../../domain/instant.ts'
import { evaluateService } from '../../evaluation/services/evaluate.ts'
import { rankOf, type ServiceSummary, summariseService } from '../../evaluation/services/summary.ts'
import { toHtml } from '../../planning/runbook/html.ts'
import { toMarkdown } from '../../planning/runbook/markdown.ts'
import { serviceRunbook } from '../../planning/runbook/runbook.ts'
import { fromCursor, toCursor } from '../../store/cursor.ts'
import { withPoints } from '../../tasks/read-estate.ts'
import type { Survey } from '../../tasks/survey.ts'
import type { ApiContext } from '../context.ts'
import { presentService, presentServiceSummary } from '../present-service.ts'
import { notFound } from '../problem.ts'
import * as ask from '../requests.ts'
import { paged, route, textRoute } from '../route.ts'
import * as answer from '../service-schemas.ts'

const tag = 'services'

type Filter = z.output<typeof ask.servicesQuery>

/** What goes before what: the same order as the survey's, so that a page goes on where the one before ended. */
type Place = [rank: number, tier: number, name: string]

const placeOf = (one: ServiceSummary): Place => [rankOf(one), one.view.service.tier ?? 99, one.view.service.name]

function isAfter([rank, tier, name]: Place, place: readonly (string | number)[]): boolean {
  const [otherRank = 0, otherTier = 0, otherName = ''] = place
  if (rank !== otherRank) return rank > Number(otherRank)
  if (tier !== otherTier) return tier > Number(otherTier)
  return name > String(otherName)
}

function matches({ view: { service }, outcome, severity }: ServiceSummary, filter: Filter, text: string): boolean {
  if (filter.owner !== undefined && service.owner !== filter.owner) return false
  if (filter.tier !== undefined && service.tier !== filter.tier) return false
  if (filter.outcome !== undefined && filter.outcome.length > 0 && !filter.outcome.includes(outcome)) return false
  if (filter.severity !== undefined && filter.severity.length > 0)
    if (severity === null || !filter.severity.includes(severity)) return false
  if (text === '') return true
  const labels = Object.entries(service.labels).map(([key, value]) => `${key}=${value}`)
  return [service.name, service.owner ?? '', ...labels].some((part) => part.toLowerCase().includes(text))
}

interface Facets {
  owners: string[]
  tiers: number[]
  counts: { services: number; pass: number; fail: number; unknown: number }
}

const facets = new WeakMap<Survey, Facets>()

function facetsOf(survey: Survey): Facets {
  const known = facets.get(survey)
  if (known) return known
  const all = survey.services
  const counts = { services: all.length, pass: 0, fail: 0, unknown: 0 }
  for (const { outcome } of all) counts[outcome] += 1
  const found = {
    owners: [...new Set(all.flatMap(({ view }) => view.service.owner ?? []))].sort(),
    tiers: [...new Set(all.flatMap(({ view }) => view.service.tier ?? []))].sort((a, b) => a - b),
    counts,
  }
  facets.set(survey, found)
  return found
}

/** One service with its points, judged as of the survey: lists and pages say the same. */
async function judged(context: ApiContext, name: string) {
  const survey = await context.estate()
  const known = survey.estate.byName.get(name)
  const [view] = known ? await withPoints([known], context.store.read) : []
  if (!view) throw notFound('service', name)
  const findings = evaluateService(view, survey.at)
  return { survey, view, findings }
}

export const serviceRoutes = [
  route({
    method: 'GET',
    url: '/services',
    name: 'listServices',
    tag,
    summary: 'Services, the worst first',
    input: { query: ask.servicesQuery },
    answer: answer.servicePage,
    async handle({ query }, { context }) {
      const survey = await context.estate()
      const text = query.q?.trim().toLowerCase() ?? ''
      const matching = survey.services.filter((one) => matches(one, query, text))
      const items = await paged(async () => {
        if (query.cursor === undefined) return matching
        const place = fromCursor(query.cursor, ['number', 'number', 'string'])
        return matching.filter((one) => isAfter(placeOf(one), place))
      })
      const shown = items.slice(0, query.limit)
      const last = shown.at(-1)
      const { owners, tiers, counts } = facetsOf(survey)
      return {
        generated_at: toIso(survey.at),
        remarks: [...survey.remarks],
        summary: counts,
        facets: { owners, tiers },
        matching: matching.length,
        items: shown.map((one) => presentServiceSummary(one, survey.at)),
        next_cursor: last && items.length > shown.length ? toCursor(placeOf(last)) : null,
      }
    },
  }),
  route({
    method: 'GET',
    url: '/services/:name',
    name: 'getService',
    tag,
    summary: 'One service: copies, findings, order, drills',
    input: { params: ask.nameParams },
    answer: answer.service,
    async handle({ params }, { context }) {
      const { survey, view, findings } = await judged(context, params.name)
      return presentService(summariseService(view, findings, survey.at), findings, survey.estate, survey.at)
    },
  }),
  textRoute({
    method: 'GET',
    url: '/services/:name/runbook',
    name: 'getRunbook',
    tag,
    summary: 'The recovery plan of one service, for people (html, markdown) or as blocks (json)',
    input: { params: ask.nameParams, query: ask.runbookQuery },
    answer: answer.runbook,
    async handle({ params, query }, { context }) {
      const { view, findings } = await judged(context, params.name)
      const blocks = serviceRunbook(view, findings)
      const title = `Recovery plan of ${params.name}`
      if (query.format === 'html') return { type: 'text/html', text: toHtml(title, blocks) }
      if (query.format === 'markdown') return { type: 'text/markdown', text: toMarkdown(blocks) }
      return { json: { title, blocks } }
    },
  }),
]
