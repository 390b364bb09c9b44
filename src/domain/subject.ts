export const SUBJECT_KINDS = ['check', 'service', 'source'] as const
export type SubjectKind = (typeof SUBJECT_KINDS)[number]

/**
 * What findings and incidents are about: a check by its id, "service:NAME" or "source:NAME". The id of a check is the name of
 * its source, or begins with it and a slash; names hold no colon, so none of these can be taken for another.
 */
export type SubjectId = string

export interface Subject {
  kind: SubjectKind
  /** The id of a check; the name of a service or source. */
  name: string
}

export const serviceSubject = (name: string): SubjectId => `service:${name}`
export const sourceSubject = (name: string): SubjectId => `source:${name}`

/** What an id is about. */
export function subjectOf(id: SubjectId): Subject {
  const [, kind, name] = /^(service|source):(.*)$/s.exec(id) ?? []
  if (name === undefined) return { kind: 'check', name: id }
  return { kind: kind === 'service' ? 'service' : 'source', name }
}

export function subjectId({ kind, name }: Subject): SubjectId {
  return kind === 'check' ? name : `${kind}:${name}`
}
