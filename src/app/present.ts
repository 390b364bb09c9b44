/** The API's words, for the command line: it prints what the API answers. */
export type { DrillJson } from '../api/drill-schemas.ts'
export type { CheckJson } from '../api/schemas.ts'
