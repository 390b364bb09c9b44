import { z } from 'zod'
import { at, named } from './schemas.ts'

const head = named(
  'EvidenceHead',
  'Where the chain of evidence stands. Kept elsewhere, it tells later whether the chain still holds it.',
  z.object({
    head: z.string().describe('The number and the hash of the last entry: for backproof evidence verify --expect.'),
    chain: z.string(),
    seq: z.int(),
    hash: z.string(),
    at: at(),
    checkpoint: z
      .object({ seq: z.int(), at: at() })
      .nullable()
      .describe('The last entry that signs all before it; null: nothing is signed.'),
  }),
)

export const evidenceHead = z.object({ head: head.nullable() })
