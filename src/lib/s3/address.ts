import { S3Error } from './error.ts'

export interface Place {
  /** Null: Amazon's own, by region. */
  endpoint: string | null
  region: string
  bucket: string
  pathStyle: boolean | null
}

export interface Address {
  origin: string
  host: string
  /** Path of the bucket, encoded, without a slash at its end: "" or "/bucket". */
  path: string
}

const AWS_HOST = /^s3[.-]([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/
const REGION = /^[a-z0-9][a-z0-9-]{0,40}$/

export function isRegion(text: string): boolean {
  return REGION.test(text)
}

/**
 * Where the bucket is called. Amazon's own by virtual host, except for names that its certificate does not cover;
 * others by path, which they all speak. https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function addressOf(place: Place): Address {
  const { bucket, region } = place
  if (!/^[A-Za-z0-9][A-Za-z0-9._:-]{1,254}$/.test(bucket))
    throw new S3Error('not-found', `no bucket can be called "${bucket.slice(0, 80)}"`, {
      advice: 'write the name of the bucket alone, without s3:// and without a path',
    })
  if (!isRegion(region))
    throw new S3Error('not-found', `no region can be called "${region.slice(0, 40)}"`, {
      advice: 'write the region as in eu-central-1',
    })
  const url = endpointUrl(place.endpoint, region)
  const amazon = place.endpoint === null || AWS_HOST.test(url.hostname)
  const byPath = place.pathStyle ?? (!amazon || !/^[a-z0-9-]+$/.test(bucket))
  const base = url.pathname.replace(/\/+$/, '')
  const host = byPath ? url.host : `${bucket}.${url.host}`
  return {
    origin: `${url.protocol}//${host}`,
    host,
    path: byPath ? `${base}/${encodeRfc3986(bucket)}` : base,
  }
}

function endpointUrl(endpoint: string | null, region: string): URL {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  if (endpoint === null) return new URL(`https://s3.${region}.${suffix}`)
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search)
    throw new S3Error('network', 'the endpoint is not an http(s) URL', {
      advice: 'write it as in https://s3.example.com:9000, without credentials in it',
    })
  // an address of Amazon's follows the region, so that a bucket elsewhere is found
  const named = AWS_HOST.exec(url.hostname)?.[1]
  if (named && isRegion(named) && url.hostname.startsWith('s3.')) url.hostname = `s3.${region}.${suffix}`
  return url
}

/** Percent-encoding as the signature wants it: all but letters, digits and "-._~". */
export function encodeRfc3986(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** A key as a path: its slashes stand. */
export function encodeKey(key: string): string {
  return key.split('/').map(encodeRfc3986).join('/')
}
