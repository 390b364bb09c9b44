import { z } from 'zod'

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
const oneOrMore = z.union([z.string(), z.array(z.string())])
const principal = z.union([z.literal('*'), z.record(z.string(), oneOrMore)])
const value = z.union([z.string(), z.boolean(), z.number()]).transform(String)
const written = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Principal: principal.optional(),
  NotPrincipal: principal.optional(),
  Action: oneOrMore.optional(),
  NotAction: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  NotResource: oneOrMore.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.union([value, z.array(value)]))).optional(),
})
const document = z.object({ Statement: z.union([written, z.array(written)]) })

type Written = z.output<typeof written>

/** One condition of a statement: "ArnNotEquals", "aws:PrincipalArn", and the values that it is held against. */
export interface Guard {
  operator: string
  key: string
  values: readonly string[]
}

/** One statement of a policy that is attached to a resource, of which only what is asked here is kept. */
export interface Statement {
  effect: 'Allow' | 'Deny'
  /** Everybody; with `except`, everybody but these (NotPrincipal). Null: only those that it names. */
  everybody: { except: readonly string[] } | null
  /** Services that it names. */
  services: readonly string[]
  guards: readonly Guard[]
  /** "backup:DeleteRecoveryPoint": names have no case, and * and ? stand for others. */
  means(action: string): boolean
  /** Whether it speaks of every resource. */
  isOfAll: boolean
}

/** The statements of a policy; null: it is none that can be read. */
export function parsePolicy(text: string): Statement[] | null {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch {
    return null
  }
  const parsed = document.safeParse(given)
  return parsed.success ? list(parsed.data.Statement).map(statementOf) : null
}

function statementOf(one: Written): Statement {
  const { Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource } = one
  const actions = list(Action).map(pattern)
  const others = NotAction === undefined ? null : list(NotAction).map(pattern)
  return {
    effect: Effect,
    everybody:
      NotPrincipal === undefined ? (isEverybody(Principal) ? { except: [] } : null) : { except: names(NotPrincipal) },
    services: typeof Principal === 'object' ? list(Principal.Service) : [],
    guards: Object.entries(one.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => ({ operator, key, values: list(values) })),
    ),
    means: (action) =>
      others === null ? actions.some((it) => it.test(action)) : !others.some((it) => it.test(action)),
    isOfAll: NotResource === undefined && list(Resource).includes('*'),
  }
}

/** {"AWS": "*"} is "*": https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
function isEverybody(given: Written['Principal']): boolean {
  if (given === undefined) return false
  return given === '*' || list(given.AWS).includes('*')
}

function names(given: NonNullable<Written['Principal']>): string[] {
  return given === '*' ? ['*'] : Object.values(given).flatMap(list)
}

function list<T>(given: T | readonly T[] | undefined): readonly T[] {
  if (given === undefined) return []
  return isList(given) ? given : [given]
}

const isList = <T>(given: T | readonly T[]): given is readonly T[] => Array.isArray(given)

function pattern(glob: string): RegExp {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i')
}

/** Keys that say who or where the caller is. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
const OF_THE_CALLER =
  /^aws:(?:Principal(?:Arn|Account|OrgId|OrgPaths|Tag\/.+)|Source(?:Account|Arn|OrgId|OrgPaths|Owner|Vpc|Vpce|Ip)|userid|username)$/i

/** Whether a condition lets only some callers through, whoever is named. */
export function narrows({ operator, key, values }: Guard): boolean {
  if (!OF_THE_CALLER.test(key) || /Not|IfExists|ForAllValues|^Null$/i.test(operator)) return false
  return !values.some((it) => /^\*+$/.test(it) || it === '0.0.0.0/0' || it === '::/0')
}

/** Whether a condition takes only some callers out: a denial with it is one for all the others. */
export function excepts({ operator, key, values }: Guard): boolean {
  return (
    OF_THE_CALLER.test(key) &&
    /^(?:String|Arn|ForAnyValue:String)Not|^NotIpAddress/i.test(operator) &&
    !values.some((it) => /^\*+$/.test(it))
  )
}
