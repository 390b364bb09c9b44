import { z } from 'zod'
import { type Instant, instant, plus, toIso } from '../../domain/instant.ts'
import type { Observation } from '../../domain/observation.ts'
import type { ProtectedResource } from '../../domain/protected-resource.ts'
import type { CheckId, RecoveryPoint } from '../../domain/recovery-point.ts'
import type { Scope } from '../../domain/scope.ts'
import { outgoingPing, type PullSource, type ScanContext, thresholdOf } from '../source.ts'
import { type Command, type CommandConfig, commandConfig } from './config.ts'
import { parsePlugin } from './nagios.ts'
import { parseReport, type ReportedCheck } from './report.ts'
import { type Ended, failed, run, shown } from './run.ts'

/** Any program that prints what it knows of backups, or is a Nagios plugin: see readme.md. */
export const command: PullSource<CommandConfig> = {
  type: 'command',
  defaultMaxAgeMs: 24 * 3_600_000,
  defaultEveryMs: 15 * 60_000,
  config: commandConfig,
  scopes: (source, config) => Object.keys(config.commands).map((name) => ({ id: `${source}/${name}`, source, name })),
  threshold: (source, config, check) => {
    const name = commandName(source, check)
    const own = commandOf(config, name)
    return own && thresholdOf(own, `sources.${source}.commands.${name}`)
  },
  push: (source, config, check) => {
    const name = commandName(source, check)
    // several checks of one command would contradict each other
    return check === `${source}/${name}` ? outgoingPing(commandOf(config, name)?.push_url) : null
  },
  permissions: (config) =>
    Object.values(config.commands).map(({ argv, shell }) => ({
      action: 'run, with the rights of the user that runs Backproof',
      resource: argv?.[0] ?? `/bin/sh -c '${shell ?? ''}'`,
      why: 'it prints what it knows of backups; what it needs itself is for its own documentation to say',
    })),
  async *scan(scope, config, context) {
    const own = commandOf(config, scope.name)
    if (!own) throw new Error(`the configuration has no ${scope.id}`)
    const ended = await run(own, scope.id, context)
    const seen = 'fault' in ended ? ended : read(own, ended, scope, context)
    if ('fault' in seen) {
      yield { kind: 'scope-failed', scope: scope.id, fault: seen.fault }
      return
    }
    yield* seen
    yield { kind: 'scope-complete', scope: scope.id, points: 'newest' }
  },
}

/** The command that a check is about: "jobs/mysql/shop" is about "mysql". */
function commandName(source: string, check: CheckId): string {
  return check.slice(source.length + 1).split('/', 1)[0] ?? ''
}

function commandOf(config: CommandConfig, name: string): Command | null {
  return Object.hasOwn(config.commands, name) ? (config.commands[name] ?? null) : null
}

type Seen = Iterable<Observation> | ReturnType<typeof failed>

function read(own: Command, ended: Ended, scope: Scope, context: ScanContext): Seen {
  return own.format === 'nagios' ? readPlugin(ended, scope, context) : readReport(ended, scope)
}

function readReport({ code, stdout, complaint }: Ended, scope: Scope): Seen {
  if (code !== 0)
    return failed(
      'tool',
      `The command of ${scope.id} ended with status ${code}${complaint ? `: ${complaint}` : ', and said nothing'}.`,
      'Run it by hand, as the user that runs Backproof and with its environment.',
    )
  const report = parseReport(stdout)
  if (typeof report !== 'string') return report.flatMap((check) => observe(check, scope))
  const complained = complaint ? ` It has said: ${complaint}` : ''
  return failed(
    'unreadable',
    `What the command of ${scope.id} printed can't be used: ${report}.${complained}`,
    'It must print what the documentation of this source describes, or a plugin needs `format: nagios`.',
  )
}

function observe(reported: ReportedCheck, scope: Scope): Observation[] {
  const check = reported.name ? `${scope.id}/${reported.name}` : scope.id
  const { resource, failure, detail } = reported
  const said: Observation[] = [
    {
      kind: 'resource',
      check,
      type: 'command',
      resource: {
        id: resource?.id ?? check,
        name: resource?.name ?? reported.name ?? scope.name,
        provider: resource?.provider ?? null,
        account: resource?.account ?? null,
        region: resource?.region ?? null,
        tags: reported.tags ?? {},
      },
      ...(detail ? { detail: shown(detail) } : {}),
    },
  ]
  for (const point of reported.recovery_points) said.push({ kind: 'recovery-point', point: pointOf(check, point) })
  if (failure) said.push({ kind: 'job-failure', check, at: failure.at, reason: shown(failure.reason) })
  return said
}

function pointOf(check: CheckId, point: ReportedCheck['recovery_points'][number]): RecoveryPoint {
  const isEmpty = point.state === 'complete' && point.size_bytes === 0
  return {
    check,
    id: point.id,
    recoverableTo: point.recoverable_to,
    completedAt: point.completed_at ?? null,
    sizeBytes: point.size_bytes ?? null,
    state: isEmpty ? 'implausible' : point.state,
    problem: isEmpty ? 'it is empty' : point.state === 'complete' ? null : shown(point.problem ?? '') || null,
  }
}

const pluginMemory = z.object({ goodAt: z.number().nullable(), failingSince: z.number().nullable() })
type PluginMemory = z.infer<typeof pluginMemory>
/** An age is told in whole seconds, some time before it is read. */
const SAME_MS = 90_000

/** 0 is OK, 1 and 2 a failure, 3 and all others mean that the plugin itself does not know. */
function readPlugin({ code, stdout, complaint }: Ended, scope: Scope, context: ScanContext): Seen {
  const output = parsePlugin(stdout)
  const text = shown(output.text) || complaint
  if (code > 2) {
    const kind = code === 126 || code === 127 ? 'tool' : 'unreadable'
    const message = `The plugin of ${scope.id} does not know (status ${code})${text ? `: ${text}` : ''}.`
    return failed(kind, message, 'Run it by hand, as the user that runs Backproof and with its environment.')
  }
  const known = pluginMemory.safeParse(context.memory)
  const before: PluginMemory = known.success ? known.data : { goodAt: null, failingSince: null }
  const isFailing = code !== 0
  const toldAt = goodTime(output.ageMs, isFailing, before.goodAt, context.now)
  // a failure counts for what has come before it; the plugin says that it still stands
  const goodAt = isFailing && toldAt !== null && toldAt >= context.now ? plus(context.now, -1) : toldAt
  const stillFailing = before.failingSince !== null && before.failingSince > (goodAt ?? 0)
  const failingSince = !isFailing ? null : stillFailing ? before.failingSince : context.now
  context.remember({ goodAt, failingSince } satisfies PluginMemory)

  const check = scope.id
  const resource: ProtectedResource = {
    id: check,
    name: scope.name,
    provider: null,
    account: null,
    region: null,
    tags: {},
  }
  const said: Observation[] = [{ kind: 'resource', check, type: 'command', resource }]
  if (goodAt !== null) said.push({ kind: 'recovery-point', point: goodPoint(check, goodAt) })
  if (failingSince !== null)
    said.push({ kind: 'job-failure', check, at: instant(failingSince), reason: text || `status ${code}` })
  return said
}

/** By the age that it tells; else now while it is OK, and while it is not, when it last was. */
function goodTime(ageMs: number | null, isFailing: boolean, before: number | null, now: Instant): Instant | null {
  const known = before === null ? null : instant(before)
  if (ageMs === null) return isFailing ? known : now
  const at = plus(now, -ageMs)
  return known !== null && Math.abs(at - known) < SAME_MS ? known : at
}

function goodPoint(check: CheckId, at: Instant): RecoveryPoint {
  return { check, id: toIso(at), recoverableTo: at, completedAt: at, sizeBytes: null, state: 'complete', problem: null }
}
