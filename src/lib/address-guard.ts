import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/**
 * What a channel's or heartbeat's URL must never reach: the services that hand a cloud machine its credentials.
 * Private networks and loopback are allowed, since that is where self-hosted receivers are.
 */
const REFUSED: readonly (readonly [network: string, prefix: number, family: 'ipv4' | 'ipv6', what: string])[] = [
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html (also GCP, Azure, Oracle)
  ['169.254.0.0', 16, 'ipv4', 'a link-local address (cloud metadata)'],
  ['fe80::', 10, 'ipv6', 'a link-local address'],
  ['fd00:ec2::254', 128, 'ipv6', 'the metadata service of AWS'],
  // https://cloud.google.com/compute/docs/metadata/querying-metadata
  ['fd20:ce::254', 128, 'ipv6', 'the metadata service of Google Cloud'],
  // https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata
  ['100.100.100.200', 32, 'ipv4', 'the metadata service of Alibaba Cloud'],
  // https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
  ['168.63.129.16', 32, 'ipv4', 'the host service of Azure'],
]

const lists = REFUSED.map(([network, prefix, family, what]) => {
  const list = new BlockList()
  list.addSubnet(network, prefix, family)
  return { list, what }
})

/** Why this address is refused; null when it is allowed, or is a name and no address. Brackets and zones are seen through. */
export function refusedAddress(host: string): string | null {
  const bare = host.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  const address = embeddedIpv4(bare) ?? bare
  const version = isIP(address)
  if (version === 0) return null
  return lists.find(({ list }) => list.check(address, version === 4 ? 'ipv4' : 'ipv6'))?.what ?? null
}

/**
 * The IPv4 address inside an IPv6 one: mapped (::ffff:0:0/96), compatible (::/96), NAT64 (64:ff9b::/96) or 6to4 (2002::/16),
 * which all may lead to it. https://www.rfc-editor.org/rfc/rfc6890
 */
function embeddedIpv4(address: string): string | null {
  if (isIP(address) !== 6) return null
  // the URL parser writes each IPv6 address in one form, without dots
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::')
  const left = head === '' ? [] : head.split(':')
  const right = !tail ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right].map((group) => Number.parseInt(group, 16))
  const dotted = (high = 0, low = 0) => [high >> 8, high & 255, low >> 8, low & 255].join('.')
  const start = groups.slice(0, 6).join(',')
  if (start === '0,0,0,0,0,65535' || start === '0,0,0,0,0,0' || start === '100,65435,0,0,0,0')
    return dotted(groups[6], groups[7])
  return groups[0] === 0x2002 ? dotted(groups[1], groups[2]) : null
}

class RefusedAddressError extends Error {
  override name = 'RefusedAddressError'
  readonly code = 'REFUSED_ADDRESS'
}

/**
 * Resolves like `lookup` without the refused addresses. It is used at connect time, so the address that was judged is the one
 * that is connected to: a name that changes its address in between (DNS rebinding) gains nothing.
 */
export function safeLookup(lookup: LookupFunction = systemLookup): LookupFunction {
  return (hostname, options, callback) =>
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '')
      const addresses: LookupAddress[] = Array.isArray(found) ? found : [{ address: found, family: isIP(found) }]
      const allowed = addresses.filter(({ address }) => refusedAddress(address) === null)
      const first = allowed[0]
      if (!first) {
        const what = addresses[0] && refusedAddress(addresses[0].address)
        return callback(new RefusedAddressError(`its name leads to ${what ?? 'no address'}`), '')
      }
      if (options.all) callback(null, allowed)
      else callback(null, first.address, first.family)
    })
}
