import type { AwsRefusal, AwsRequest, FakeAwsOptions, FakeRegion } from './aws-estate.ts'

/**
 * AWS Backup's API: REST with JSON, times as seconds since 1970, pages by nextToken.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Operations_AWS_Backup.html
 */
export interface BackupRoute {
  action: string
  /** "GET /backup-vaults/ANY/recovery-points": ANY is one part of the path, which is decoded. */
  path: string
  answer(asked: BackupAsked, parts: string[]): object | AwsRefusal
}

export interface BackupAsked {
  request: AwsRequest
  region: FakeRegion
  options: FakeAwsOptions
}

/** Seconds since 1970, with milliseconds after the point. */
export const seconds = (at: string | undefined): number | undefined =>
  at === undefined ? undefined : Date.parse(at) / 1000

/** The page that was asked for: at most 1,000 an answer, as each of the lists has it. */
export function backupPage(
  { request, options }: BackupAsked,
  name: string,
  items: readonly object[],
): object | AwsRefusal {
  const asked = Number(request.parameters.get('maxResults') ?? 1000)
  if (!Number.isInteger(asked) || asked < 1 || asked > 1000)
    return { code: 'InvalidParameterValueException', message: `Invalid value for maxResults: ${asked}` }
  const token = request.parameters.get('nextToken')
  const from = token === null ? 0 : Number(/^token\/\+=(\d+)$/.exec(token)?.[1] ?? Number.NaN)
  if (Number.isNaN(from)) return { code: 'InvalidParameterValueException', message: 'Invalid nextToken' }
  const to = from + Math.min(options.pageSize ?? 1000, asked)
  return { [name]: items.slice(from, to), ...(to < items.length ? { NextToken: `token/+=${to}` } : {}) }
}
