import { toIso } from '../../domain/instant.ts'
import { evidenceHead } from '../evidence-schemas.ts'
import { route } from '../route.ts'

export const evidenceRoutes = [
  route({
    method: 'GET',
    url: '/evidence/head',
    name: 'getEvidenceHead',
    tag: 'evidence',
    summary: 'Where the chain of evidence stands; null: nothing is in it',
    answer: evidenceHead,
    async handle(_, { context }) {
      const found = await context.store.read.evidenceHead()
      if (!found) return { head: null }
      const { chain, seq, hash, checkpoint } = found
      return {
        head: {
          head: `${seq}:${hash}`,
          chain,
          seq,
          hash,
          at: toIso(found.at),
          checkpoint: checkpoint && { seq: checkpoint.seq, at: toIso(checkpoint.at) },
        },
      }
    },
  }),
]
