import { type CheckFacts, type CheckSubject, NO_FACTS } from '../domain/facts.ts'
import type { Scope } from '../domain/scope.ts'

type Unread = Pick<CheckSubject, 'id' | 'source' | 'scope' | 'type' | 'resource' | 'detail' | 'bornAt'> & {
  facts: CheckFacts
}

/** A scope that could not be read is shown as one check, or nobody would hear of it: what is in it is not known. */
export function unreadScope({ id, source, name }: Scope, type: string): Unread {
  return {
    id,
    source,
    scope: id,
    type,
    resource: { id, name, provider: null, account: null, region: null, tags: {} },
    detail: null,
    bornAt: null,
    facts: { ...NO_FACTS },
  }
}
