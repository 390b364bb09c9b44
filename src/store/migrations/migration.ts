/** One step of the schema, forward only. A step that was released is never changed. */
export interface Migration {
  name: string
  statements(dialect: 'sqlite' | 'postgres'): string[]
}
