/** The API's words, for the command line: it prints what the API answers. */
export type { CheckJson } from '../api/schemas.ts'
