import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { answerBackup, backupAction } from './aws-backup.ts'
import { answerEc2 } from './aws-ec2.ts'
import { type AwsRefusal, type AwsRequest, type FakeAwsOptions, xml } from './aws-estate.ts'
import { answerKms } from './aws-kms.ts'
import { answerRds } from './aws-rds.ts'
import { answerSns } from './aws-sns.ts'
import { answerTagging } from './aws-tagging.ts'

/**
 * A stand-in for the query APIs of STS, EC2, RDS and SNS, for the JSON of Organizations, KMS and tagging and for AWS Backup's REST, written from their documentation: pages,
 * filters with wildcards, errors in each one's own shape. Who asks is known by the access key of the signature.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Welcome.html
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/Welcome.html
 * https://docs.aws.amazon.com/STS/latest/APIReference/Welcome.html
 */
export interface FakeAws {
  url: string
  requests: AwsRequest[]
  /** How often each action was asked for. */
  counts(): Record<string, number>
  stop(): Promise<void>
}

export const ACCOUNT = '123456789012'

export async function startAws(options: FakeAwsOptions = {}): Promise<FakeAws> {
  const { accounts = { [ACCOUNT]: { 'eu-central-1': {} } }, keys, aheadMs = 0 } = options
  const first = Object.keys(accounts)[0] ?? ACCOUNT
  const requests: AwsRequest[] = []
  const sessions = new Map<string, string>()

  function answer(request: AwsRequest): string | AwsRefusal {
    switch (request.action) {
      case 'AssumeRole':
        return assumeRole(request)
      case 'GetCallerIdentity':
        return wrapped(
          'GetCallerIdentity',
          `<Arn>arn:aws:iam::${request.account}:user/test</Arn><UserId>AIDA</UserId><Account>${request.account}</Account>`,
        )
      case 'DescribeRegions': {
        const items = Object.keys(accounts[request.account] ?? {}).map(
          (name) =>
            `<item><regionName>${name}</regionName><regionEndpoint>ec2.${name}.amazonaws.com</regionEndpoint><optInStatus>opt-in-not-required</optInStatus></item>`,
        )
        return `<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><regionInfo>${items.join('')}</regionInfo></DescribeRegionsResponse>`
      }
    }
    const region = accounts[request.account]?.[request.region]
    // https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html
    if (!region)
      return request.service === 'ec2'
        ? { code: 'AuthFailure', message: 'AWS was not able to validate the provided access credentials', status: 401 }
        : {
            code: request.service === 'backup' ? 'UnrecognizedClientException' : 'InvalidClientTokenId',
            message: 'The security token included in the request is invalid.',
            status: 403,
          }
    switch (request.service) {
      case 'backup':
        return answerBackup({ request, region, options })
      case 'kms':
        return answerKms(request, region)
      case 'sns':
        return answerSns(request, region, options)
      case 'tagging':
        return answerTagging(request, region, options)
      case 'ec2':
        return answerEc2(request, region, options)
      default:
        return answerRds(request, region, options)
    }
  }

  function assumeRole({ parameters, key }: AwsRequest): string | AwsRefusal {
    const arn = parameters.get('RoleArn') ?? ''
    const account = arn.split(':')[4] ?? ''
    const wanted = options.roles ? options.roles[account] : null
    if (wanted === undefined || (wanted !== null && parameters.get('ExternalId') !== wanted)) {
      const message = `User: arn:aws:iam::${first}:user/test is not authorized to perform: sts:AssumeRole on resource: ${arn}`
      return { code: 'AccessDenied', message, status: 403 }
    }
    const id = `ASIA${account}N${sessions.size}`
    sessions.set(id, account)
    const until = new Date(Date.now() + (options.sessionMs ?? 3_600_000)).toISOString()
    return wrapped(
      'AssumeRole',
      `<AssumedRoleUser><Arn>${arn}/backproof</Arn><AssumedRoleId>AROA:${key}</AssumedRoleId></AssumedRoleUser><Credentials><AccessKeyId>${id}</AccessKeyId><SecretAccessKey>temporary-secret-of-${id}</SecretAccessKey><SessionToken>session-token-of-${id}</SessionToken><Expiration>${until}</Expiration></Credentials>`,
    )
  }

  function organization(): string {
    const Accounts = (options.organization ?? []).map(({ id, status }) => ({ Id: id, Name: id, Status: status }))
    return JSON.stringify({ Accounts })
  }

  async function respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const part of incoming) body += String(part)
    const [, key = '', region = '', service = ''] =
      /Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\//.exec(incoming.headers.authorization ?? '') ?? []
    const { method = '', url = '' } = incoming
    const [path = '', query = ''] = url.split('?')
    const parameters = new URLSearchParams(service === 'backup' ? query : body.startsWith('{') ? '' : body)
    const target = String(incoming.headers['x-amz-target'] ?? '').split('.')[1]
    const action = target ?? (service === 'backup' ? backupAction(method, path) : (parameters.get('Action') ?? ''))
    const account = sessions.get(key) ?? (keys ? keys[key] : first) ?? ''
    const invocation = String(incoming.headers['amz-sdk-invocation-id'] ?? '')
    const request: AwsRequest = { service, action, region, invocation, key, account, parameters, method, path, body }
    const fault = options.fault?.(request, requests.length)
    requests.push(request)
    if (fault === 'hang') return
    const unknownKey = account === '' ? { code: 'AuthFailure', message: 'no such key', status: 401 } : undefined
    const given =
      fault === 'cut' || fault === undefined
        ? (unknownKey ?? (service === 'organizations' ? organization() : answer(request)))
        : 'raw' in fault
          ? fault.raw
          : fault
    const headers = { date: new Date(Date.now() + aheadMs).toUTCString(), 'content-type': 'text/xml;charset=UTF-8' }
    if (typeof given !== 'string') {
      const named =
        service === 'backup' ? { ...headers, 'x-amzn-errortype': `${given.code}:http://internal/` } : headers
      response.writeHead(given.status ?? statusOf(given.code), named).end(errorBody(request, given))
      return
    }
    response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(given) })
    if (fault === 'cut') response.write(given.slice(0, given.length / 2), () => response.destroy())
    else response.end(given)
  }

  const server = createServer((request, response) => void respond(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    counts: () =>
      Object.fromEntries(
        Map.groupBy(requests, ({ action }) => action)
          .entries()
          .map(([a, all]) => [a, all.length]),
      ),
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function statusOf(code: string): number {
  if (/Throttl|LimitExceeded/.test(code)) return 503
  return /Denied|Unauthorized/.test(code) ? 403 : 400
}

function errorBody({ service, action }: AwsRequest, { code, message = code }: AwsRefusal): string {
  if (service === 'ec2')
    return `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${code}</Code><Message>${xml(message)}</Message></Error></Errors><RequestID>r</RequestID></Response>`
  if (service === 'backup') return JSON.stringify({ Code: code, Message: message })
  if (['organizations', 'kms', 'tagging'].includes(service) && action)
    return JSON.stringify({ __type: code, Message: message })
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${xml(message)}</Message></Error><RequestId>r</RequestId></ErrorResponse>`
}

function wrapped(action: string, result: string): string {
  return `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${action}Response>`
}

export type { AwsRequest, FakeAwsOptions, FakeRegion, FakeSnapshot } from './aws-estate.ts'
