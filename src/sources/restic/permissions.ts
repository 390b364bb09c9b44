import type { Permission } from '../source.ts'
import type { Repository } from './config.ts'
import { keyOf } from './location.ts'

/** What reading these repositories takes, each permission once. */
export function permissionsOf(repositories: readonly Repository[]): Permission[] {
  const all = repositories.flatMap(permissionsOfOne)
  return [...new Map(all.map((permission) => [`${permission.action} ${permission.resource}`, permission])).values()]
}

function permissionsOfOne({ location, mode, shownUrl }: Repository): Permission[] {
  const full = mode === 'full'
  if (location.kind === 's3') {
    const bucket = `arn:aws:s3:::${location.bucket}`
    const list = {
      action: 's3:ListBucket',
      resource: full || location.prefix === '' ? bucket : `${bucket} (s3:prefix ${location.prefix}/*)`,
      why: full ? 'to find keys and snapshots' : 'to list snapshots/, and to see that config is there',
    }
    if (!full) return [list]
    const files = ['config', 'keys/*', 'snapshots/*'].map((file) => `${bucket}/${keyOf(location.prefix, file)}`)
    return [
      list,
      ...files.map((resource) => ({ action: 's3:GetObject', resource, why: 'restic reads it: no data, no index' })),
    ]
  }
  if (location.kind === 'local')
    return full
      ? [{ action: 'read', resource: shownUrl, why: 'restic reads config, keys/ and snapshots/' }]
      : [{ action: 'list', resource: `${shownUrl}/snapshots`, why: 'names and times of its files; no content' }]
  return [
    {
      action: 'read',
      resource: shownUrl,
      why: 'restic reads config, keys/ and snapshots/; it never writes and takes no lock',
    },
  ]
}
