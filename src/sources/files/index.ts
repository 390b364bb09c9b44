import { resolve } from 'node:path'
import type { Observation } from '../../domain/observation.ts'
import type { Scope } from '../../domain/scope.ts'
import { outgoingPing, type Permission, type PullSource, type ScanContext, thresholdOf } from '../source.ts'
import { checkOf, checksOf, type FileCheck, type FilesConfig, filesConfig, namesOf, patternOf } from './config.ts'
import { lookAtFolder } from './folder.ts'
import type { FilesLook } from './found.ts'
import { LookError, shown } from './look-error.ts'
import { onLiveMount, requireMount } from './mount.ts'
import { lookAtStamp } from './stamp.ts'

const HOUR_MS = 3_600_000

/** Stamp files, and folders of dumps, on this machine's file systems: see readme.md. */
export const files: PullSource<FilesConfig> = {
  type: 'files',
  checkType: 'file',
  defaultMaxAgeMs: 25 * HOUR_MS,
  defaultEveryMs: 5 * 60_000,
  config: filesConfig,
  scopes: (name, config) =>
    namesOf(name, config).map((file): Scope => ({ id: `${name}/${file}`, source: name, name: file })),
  threshold: (name, config, check) => {
    const found = checkOf(name, config, nameIn(name, check))
    return found && thresholdOf(found.settings, found.path)
  },
  push: (name, config, check) => outgoingPing(checkOf(name, config, nameIn(name, check))?.settings.push_url),
  // it tells names, sizes and times, never what a file says
  unsafe: () => [],
  permissions: (config) => checksOf(config).flatMap(permissionsOf),
  scan,
}

const nameIn = (source: string, check: string): string => check.slice(source.length + 1)

async function* scan(scope: Scope, config: FilesConfig, context: ScanContext): AsyncIterable<Observation> {
  const settings = checkOf(scope.source, config, scope.name)?.settings
  if (!settings) throw new Error(`the configuration has no ${scope.id}`)
  const target = resolve(context.directory, targetOf(settings))
  yield {
    kind: 'resource',
    check: scope.id,
    type: 'file',
    resource: { id: target, name: scope.name, provider: null, account: null, region: null, tags: {} },
    detail: describe(settings, target),
  }
  try {
    const look = await onLiveMount(target, context.signal, ({ isLocal }) => lookAt(target, settings, isLocal, context))
    for (const point of look.points) yield { kind: 'recovery-point', point: { check: scope.id, ...point } }
    if (look.memory !== undefined) context.remember(look.memory)
    yield { kind: 'scope-complete', scope: scope.id, points: look.all ? 'all' : 'newest' }
  } catch (error) {
    if (!(error instanceof LookError)) throw error
    yield { kind: 'scope-failed', scope: scope.id, fault: error.fault }
  }
}

async function lookAt(
  target: string,
  settings: FileCheck,
  isLocal: boolean,
  { now, signal, memory, directory }: ScanContext,
): Promise<FilesLook> {
  const timeZone = settings.time_zone ?? 'UTC'
  if (settings.mount_point !== undefined) await requireMount(resolve(directory, settings.mount_point))
  if (settings.stamp !== undefined)
    return lookAtStamp(target, { content: settings.content ?? 'mtime', timeZone, memory })
  const folder = {
    glob: patternOf(settings).glob,
    // what is empty is no backup, whatever a configuration says
    minSizeBytes: Math.max(1, settings.min_size ?? 1),
    minAgeMs: settings.min_age ?? 0,
    time: settings.time ?? 'mtime',
    timeZone,
    checksum: settings.checksum !== undefined,
  } as const
  return lookAtFolder(target, folder, { now, signal, memory, isLocal })
}

const targetOf = (settings: FileCheck): string => settings.path ?? settings.stamp ?? ''

function describe(settings: FileCheck, target: string): string {
  if (settings.stamp !== undefined)
    return `${settings.content === undefined || settings.content === 'mtime' ? 'the mtime of' : 'the time in'} ${shown(target)}`
  const time = settings.time === undefined || settings.time === 'mtime' ? 'mtime' : 'the time in its name'
  const checked = settings.checksum ? ', once its checksum is verified' : ''
  return `the newest ${patternOf(settings).text} in ${shown(target)} by ${time}${checked}`
}

function permissionsOf(settings: FileCheck): Permission[] {
  const resource = targetOf(settings)
  const parents = { action: 'enter (x)', resource: `the folders above ${resource}`, why: 'to reach it' }
  if (settings.stamp !== undefined) {
    if (settings.content === undefined || settings.content === 'mtime') return [parents]
    return [parents, { action: 'read (r)', resource, why: 'the time of the last backup stands in it' }]
  }
  const list = { action: 'list and enter (r-x)', resource, why: "to see the dumps' names, sizes and times" }
  if (!settings.checksum) return [parents, list]
  const read = { action: 'read (r)', resource: `${resource}/${patternOf(settings).text} and their checksum files` }
  return [parents, list, { ...read, why: 'to verify their checksums' }]
}
