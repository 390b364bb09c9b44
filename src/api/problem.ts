import { STATUS_CODES } from 'node:http'
import type { z } from 'zod'
import type { ProblemJson } from './schemas.ts'

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** An expected refusal: what happened and what to do, in a sentence that people may read. */
export class RefusedError extends Error {
  override name = 'RefusedError'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Each mistake by itself, where there are several. */
  readonly errors: ProblemJson['errors']

  constructor(status: number, detail: string, headers: Record<string, string> = {}, errors?: ProblemJson['errors']) {
    super(detail)
    this.status = status
    this.headers = headers
    this.errors = errors
  }
}

/** https://www.rfc-editor.org/rfc/rfc9457 */
export function problemOf(status: number, detail: string, errors?: ProblemJson['errors']): ProblemJson {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    ...(errors && { errors }),
  }
}

export function notFound(what: string, id: string): RefusedError {
  return new RefusedError(404, `There is no ${what} "${id.slice(0, 300)}".`)
}

/** A request that is not what its schema asks for: each mistake with its place and what is allowed there. */
export class InvalidError extends RefusedError {
  override name = 'InvalidError'

  constructor({ issues }: z.ZodError) {
    const errors = issues.map((issue) => ({ field: issue.path.slice(1).join('.'), message: issue.message }))
    const told = errors.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('; ')
    super(400, `The ${WORDS[String(issues[0]?.path[0])] ?? 'request'} can not be understood: ${told}.`, {}, errors)
  }
}

const WORDS: Record<string, string> = { params: 'address', query: 'query', body: 'body' }
