import type { AwsRefusal, AwsRequest, FakeAwsOptions, FakeRegion } from './aws-estate.ts'

interface Asked {
  ResourceTypeFilters?: string[]
  ResourcesPerPage?: number
  PaginationToken?: string
}

/** https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html */
export function answerTagging(
  { action, body }: AwsRequest,
  region: FakeRegion,
  { pageSize = 100 }: FakeAwsOptions,
): string | AwsRefusal {
  if (action !== 'GetResources') return { code: 'UnknownOperationException' }
  const { ResourceTypeFilters, ResourcesPerPage = 50, PaginationToken = '' }: Asked = JSON.parse(body)
  if (ResourcesPerPage < 1 || ResourcesPerPage > 100) return { code: 'InvalidParameterException' }
  const all = (region.tagged ?? []).filter(({ arn }) => {
    const [, , service = '', , , rest = ''] = arn.split(':')
    return (
      !ResourceTypeFilters ||
      [service, `${service}:${rest.split('/')[0]}`].some((it) => ResourceTypeFilters.includes(it))
    )
  })
  const from = Number(PaginationToken || 0)
  const to = from + Math.min(pageSize, ResourcesPerPage)
  return JSON.stringify({
    // there is always one, empty at the end
    PaginationToken: to < all.length ? String(to) : '',
    ResourceTagMappingList: all.slice(from, to).map(({ arn, tags = {} }) => ({
      ResourceARN: arn,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    })),
  })
}
