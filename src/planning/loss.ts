import { DOMAIN_KINDS } from '../domain/service.ts'

export const LOSS_KINDS = [...DOMAIN_KINDS, 'key', 'service', 'check'] as const
export type LossKind = (typeof LOSS_KINDS)[number]

/** One thing that is gone: "account:1234", "service:dns". */
export interface Loss {
  kind: LossKind
  value: string
}

/** Null: it is not written as KIND:VALUE. */
export function parseLoss(text: string): Loss | null {
  const colon = text.indexOf(':')
  const kind = LOSS_KINDS.find((known) => known === text.slice(0, Math.max(0, colon)).trim())
  const value = text.slice(colon + 1).trim()
  return kind && value !== '' ? { kind, value } : null
}

export function lossText({ kind, value }: Loss): string {
  return `${kind}:${value}`
}

const SHOWN = 20

/** That nothing is called so, and what there is of its kind, as a sentence without its end. */
export function strangerText(loss: Loss, all: readonly Loss[]): string {
  const same = all.filter(({ kind }) => kind === loss.kind).map(({ value }) => value)
  const there =
    same.length === 0
      ? 'none is known'
      : `there are: ${same.slice(0, SHOWN).join(', ')}${same.length > SHOWN ? ', ...' : ''}`
  return `nothing is known as ${lossText(loss)}: of ${loss.kind} ${there}`
}
