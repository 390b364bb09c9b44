import type { Policy, Threshold } from '../domain/policy.ts'
import { parseSchedule } from '../lib/schedule/index.ts'
import type { ThresholdSetting } from '../sources/source.ts'
import type { Config, ConfiguredSource, Override } from './config.ts'
import { formatPath } from './located.ts'
import { indexOverrides, type OverrideIndex, type PolicySubject } from './override-index.ts'
import { indexServices, type ServiceIndex } from './service-index.ts'

/** A schedule says when a backup begins, not when it is done. */
const SCHEDULE_GRACE_MS = 3_600_000
const FALLBACK_MAX_AGE_MS = 24 * 3_600_000
const HOUR_MS = 3_600_000

interface Compiled {
  sources: Map<string, { source: ConfiguredSource; overrides: OverrideIndex }>
  services: ServiceIndex
}

const compiled = new WeakMap<Config, Compiled>()

function compile(config: Config): Compiled {
  const known = compiled.get(config)
  if (known) return known
  const fresh: Compiled = {
    sources: new Map(
      config.sources.map((source) => [source.name, { source, overrides: indexOverrides(source.overrides) }]),
    ),
    services: indexServices(config.services),
  }
  compiled.set(config, fresh)
  return fresh
}

/** Settings of one place, and its path. */
interface Level {
  setting: ThresholdSetting
  /** The path that `max_age` and the others are appended to, or the whole path of the setting where it is `exact`. */
  from: string
  exact?: boolean
}

/**
 * What the configuration asks of a check. The most specific setting wins: of the services that it backs, of its own entry
 * in its source, of the overrides that match it, then the place's own schedule; of its source, of the defaults, of its kind
 * of source.
 */
export function policyFor(config: Config, check: PolicySubject): Policy {
  const { sources, services } = compile(config)
  const found = sources.get(check.source)
  const source = found?.source
  const overrides = found?.overrides.matching(check) ?? []
  const tags = { ...source?.tags, ...check.resource.tags }
  const backed = services.backedBy(check.id, tags)

  const levels: Level[] = []
  const own = ownLevel(source, check.id)
  if (own && !own.general) levels.push(own)
  for (const override of overrides) levels.push({ setting: override, from: override.from })
  const nearest = levels.length
  if (own?.general) levels.push(own)
  if (source) levels.push({ setting: source.threshold, from: sourcePath(source) })
  levels.push({ setting: config.defaults, from: 'defaults' })

  const { threshold, from } = backed.demand
    ? { threshold: age(backed.demand.maxAgeMs), from: backed.demand.from }
    : (asked(levels.slice(0, nearest), levels) ??
      check.expects ??
      asked(levels, levels) ??
      defaultOf(source, check.type))
  return {
    threshold,
    thresholdFrom: from,
    warnAt: firstOf(levels, 'warn_at') ?? null,
    errorGrace: config.errorGrace,
    newResourceGraceMs: firstOf(levels, 'new_resource_grace') ?? null,
    tier: backed.tier,
    owner: backed.owner ?? ownerOf(source, overrides, check.id),
    services: backed.names,
    tags,
    severity: null,
  }
}

function sourcePath(source: ConfiguredSource): string {
  return formatPath(['sources', source.name])
}

/** What the source's own configuration says of this one check, or (`general`) of all of its checks. */
function ownLevel(source: ConfiguredSource | undefined, check: string): (Level & { general: boolean }) | null {
  const own = source?.source.threshold?.(source.name, source.config, check)
  if (!source || !own) return null
  // sources write their paths by hand, without quotes around names with dots
  const start = [sourcePath(source), `sources.${source.name}`].find((path) => own.from.startsWith(path)) ?? ''
  const rest = own.from.slice(start.length)
  // ".repositories.web.max_age" and ".dumps[0].max_age" are of one check; ".max_age" and ".default.period" of all
  const general = own.general ?? (!rest.includes('[') && rest.split('.').length <= 3)
  return { ...own, exact: true, general }
}

function ownerOf(source: ConfiguredSource | undefined, overrides: readonly Override[], check: string): string | null {
  const kind = source?.source
  const own = source && kind && 'owner' in kind ? kind.owner?.(source.name, source.config, check) : null
  return own ?? overrides.find((override) => override.owner)?.owner ?? source?.owner ?? null
}

function firstOf<K extends keyof ThresholdSetting>(levels: readonly Level[], key: K): ThresholdSetting[K] {
  for (const { setting } of levels) if (setting[key] !== undefined) return setting[key]
  return undefined
}

function age(maxAgeMs: number): Threshold {
  return { kind: 'age', maxAgeMs }
}

const LIMITS = ['schedule', 'max_age', 'expected_frequency_hours'] as const

/** The first of `some` that says when a backup is due; what goes with it may stand further out, in `levels`. */
function asked(some: readonly Level[], levels: readonly Level[]): { threshold: Threshold; from: string } | null {
  for (const level of some) {
    const key = LIMITS.find((each) => level.setting[each] !== undefined)
    const threshold = key ? thresholdBy(key, level.setting, levels) : null
    if (threshold) return { threshold, from: level.exact ? level.from : `${level.from}.${key}` }
  }
  return null
}

function defaultOf(source: ConfiguredSource | undefined, type: string): { threshold: Threshold; from: string } {
  const kind = source?.source
  const byType = kind && 'defaultMaxAgeByType' in kind ? kind.defaultMaxAgeByType?.[type] : undefined
  const byKind = byType ?? kind?.defaultMaxAgeMs ?? FALLBACK_MAX_AGE_MS
  return { threshold: age(byKind), from: source ? `default of ${source.type}` : 'default' }
}

function thresholdBy(
  key: (typeof LIMITS)[number],
  setting: ThresholdSetting,
  levels: readonly Level[],
): Threshold | null {
  const { max_age, expected_frequency_hours, schedule } = setting
  // an age is meant as it is written: only a grace beside it adds to it
  if (key === 'max_age' && max_age !== undefined) return age(max_age + (setting.grace ?? 0))
  const grace = setting.grace ?? firstOf(levels, 'grace')
  if (key === 'expected_frequency_hours' && expected_frequency_hours !== undefined)
    return age(expected_frequency_hours * HOUR_MS + (grace ?? 0))
  if (schedule === undefined) return null
  const parsed = parsedSchedule(schedule, setting.time_zone ?? firstOf(levels, 'time_zone') ?? 'UTC')
  return parsed && { kind: 'schedule', schedule: parsed, graceMs: grace ?? SCHEDULE_GRACE_MS }
}

type Parsed = Exclude<ReturnType<typeof parseSchedule>, { error: string }>
const schedules = new Map<string, Parsed | null>()
const MAX_SCHEDULES = 5000

function parsedSchedule(text: string, timeZone: string): Parsed | null {
  const key = `${timeZone}\n${text}`
  const known = schedules.get(key)
  if (known !== undefined) return known
  const parsed = parseSchedule(text, timeZone)
  const schedule = 'error' in parsed ? null : parsed
  if (schedules.size >= MAX_SCHEDULES) schedules.clear()
  schedules.set(key, schedule)
  return schedule
}
