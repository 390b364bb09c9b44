/** "SOURCE/NAME": the part of a source that is read whole or not at all. */
export type ScopeId = string

/** A scope that a source's configuration declares. */
export interface Scope {
  id: ScopeId
  source: string
  name: string
}
