/** The API's words, for the command line: it prints what the API answers. */
export { presentCheck } from '../api/present.ts'
export type { CheckJson } from '../api/schemas.ts'
