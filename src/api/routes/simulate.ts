import type { z } from 'zod'
import { toIso } from '../../domain/instant.ts'
import { LOSS_KINDS, parseLoss, strangerText } from '../../planning/loss.ts'
import { type RankedLoss, simulate } from '../../planning/simulate.ts'
import { fromCursor, toCursor } from '../../store/cursor.ts'
import { presentRankedLoss, presentSimulation } from '../present-simulation.ts'
import { RefusedError } from '../problem.ts'
import * as ask from '../requests.ts'
import { cut, paged, route } from '../route.ts'
import * as answer from '../simulation-schemas.ts'

const tag = 'losses'

function lossOf(text: string) {
  const loss = parseLoss(text)
  if (loss) return loss
  const kinds = LOSS_KINDS.join(', ')
  throw new RefusedError(
    400,
    `"${text.slice(0, 300)}" is not something to lose: write KIND:VALUE, where KIND is one of ${kinds}.`,
  )
}

type Filter = Pick<z.output<typeof ask.lossesQuery>, 'q' | 'kind'>

/** Whether KIND:VALUE is asked for. */
function wanted({ q, kind }: Filter): (text: string) => boolean {
  const part = q?.trim().toLowerCase() ?? ''
  const kinds = new Set<string>(kind)
  return (text) =>
    (kinds.size === 0 || kinds.has(text.slice(0, text.indexOf(':')))) &&
    (part === '' || text.toLowerCase().includes(part))
}

export const simulateRoutes = [
  route({
    method: 'GET',
    url: '/simulate',
    name: 'simulateLosses',
    tag,
    summary: 'What survives when all of this is lost at once, and in which order the rest comes back',
    input: { query: ask.simulateQuery },
    answer: answer.simulationAnswer,
    async handle({ query }, { context }) {
      const losses = query.lose.map(lossOf)
      const survey = await context.estate()
      const index = await survey.losses()
      const stranger = losses.find((loss) => index.takenBy(loss) === null)
      if (stranger) throw new RefusedError(404, `${strangerText(stranger, index.losses())}.`)
      const simulation = simulate(survey.estate, losses, survey.at, index)
      return { generated_at: toIso(survey.at), ...presentSimulation(simulation), remarks: [...survey.remarks] }
    },
  }),
  route({
    method: 'GET',
    url: '/losses',
    name: 'listLosses',
    tag,
    summary: 'All single losses, the most damaging first',
    input: { query: ask.lossesQuery },
    answer: answer.lossPage,
    async handle({ query }, { context }) {
      const survey = await context.estate()
      const isWanted = wanted(query)
      const matching = (await survey.ranked()).filter(({ loss }) => isWanted(loss))
      const items = await paged(async () => after(matching, query.cursor))
      const shown = items.slice(0, query.limit)
      const last = shown.at(-1)
      return {
        generated_at: toIso(survey.at),
        remarks: [...survey.remarks],
        matching: matching.length,
        items: shown.map(presentRankedLoss),
        next_cursor:
          last && items.length > shown.length
            ? toCursor([matching.length - items.length + shown.length, last.loss])
            : null,
      }
    },
  }),
  route({
    method: 'GET',
    url: '/domains',
    name: 'listDomains',
    tag,
    summary: 'What can be lost as a whole: failure domains, credentials, keys, services, checks',
    input: { query: ask.domainsQuery },
    answer: answer.domainList,
    async handle({ query }, { context }) {
      const index = await (await context.estate()).losses()
      const isWanted = wanted(query)
      const found = index.taken().filter(({ loss: { kind, value } }) => isWanted(`${kind}:${value}`))
      return cut(found, query.limit, ({ loss, production, copies }) => ({
        kind: loss.kind,
        value: loss.value,
        running: production.size,
        copies: [...copies.values()].reduce((sum, list) => sum + list.length, 0),
        services: new Set([...production, ...copies.keys()]).size,
      }))
    },
  }),
]

/** After the loss that the page before ended with; where it is gone or has moved, after as many as were shown. */
function after(matching: readonly RankedLoss[], cursor: string | undefined): readonly RankedLoss[] {
  if (cursor === undefined) return matching
  const [shown = 0, last = ''] = fromCursor(cursor, ['number', 'string'])
  const at = matching.findIndex(({ loss }) => loss === last)
  return matching.slice(at === -1 ? Number(shown) : at + 1)
}
