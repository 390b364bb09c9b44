import { basename } from 'node:path'
import { formatProblem, type Problem } from '../../config/problem.ts'
import { isSettingFile } from '../../config/settings/setting-text.ts'
import { toIso } from '../../domain/instant.ts'
import type { SettingKind } from '../../domain/setting-kind.ts'
import { nameOf } from '../auth/guard.ts'
import type { SettingOutcome, SettingView } from '../context.ts'
import { notFound, RefusedError } from '../problem.ts'
import * as ask from '../requests.ts'
import { route } from '../route.ts'
import * as answer from '../setting-schemas.ts'

const tag = 'settings'

function presentSetting({ kind, name, type, yaml, at, made, problems }: SettingView): answer.SettingJson {
  const here = isSettingFile(at.file)
  return {
    kind,
    name,
    type,
    origin: here ? 'here' : 'file',
    read_only: !here,
    in_force: problems.length === 0,
    yaml,
    defined_at: here ? null : `${basename(at.file)}:${at.line}:${at.column}`,
    created_at: made && toIso(made.createdAt),
    updated_at: made && toIso(made.updatedAt),
    updated_by: made?.updatedBy ?? null,
    problems: problems.map(presentProblem),
  }
}

function presentProblem({ path, message, line, column, suggestion, allowed }: Problem): answer.MistakeJson {
  return {
    field: path,
    message,
    line,
    column,
    ...(suggestion !== undefined && { suggestion }),
    ...(allowed && { allowed: [...allowed] }),
  }
}

/** The setting that came out of it; throws what is to be answered instead. */
function done(outcome: SettingOutcome, kind: SettingKind, name: string): answer.SettingJson {
  switch (outcome.outcome) {
    case 'saved':
    case 'valid':
    case 'removed':
      return presentSetting(outcome.setting)
    case 'refused':
      throw new RefusedError(422, detailOf(outcome.problems), {}, outcome.problems.map(presentProblem))
    case 'in-file':
      throw new RefusedError(
        409,
        `The ${kind} "${name}" is in the configuration file (${outcome.at}): change it there.`,
      )
    case 'file-only':
      throw new RefusedError(403, 'Nothing can be made here: the configuration file says server: { settings: file }.')
    case 'needed':
      throw new RefusedError(409, `It is still needed by ${outcome.by.join(', ')}: change that first.`)
    case 'unknown':
      throw notFound(kind, name)
  }
}

function detailOf(problems: readonly Problem[]): string {
  const told = problems.slice(0, 20).map((problem) => formatProblem({ ...problem, excerpt: undefined }))
  return told.join('\n')
}

export const settingRoutes = [
  route({
    method: 'GET',
    url: '/settings',
    name: 'listSettings',
    tag,
    summary: 'Sources, channels, services and routes, of the file and made here',
    answer: answer.settingList,
    async handle(_, { context }) {
      const { mode, types, items } = context.settings.list()
      return { mode, types, items: items.map(presentSetting) }
    },
  }),
  route({
    method: 'PUT',
    url: '/settings/:kind/:name',
    name: 'saveSetting',
    tag,
    summary: 'Make or change one, or (dry_run) only check it',
    input: { params: ask.settingParams, query: ask.settingQuery, body: ask.settingBody },
    answer: answer.setting,
    async handle({ params: { kind, name }, query, body }, { context, who }) {
      const by = query.dry_run ? null : nameOf(who)
      return done(await context.settings.save(kind, name, body.yaml, by), kind, name)
    },
  }),
  route({
    method: 'DELETE',
    url: '/settings/:kind/:name',
    name: 'deleteSetting',
    tag,
    summary: 'Delete one that was made here',
    input: { params: ask.settingParams },
    answer: answer.setting,
    async handle({ params: { kind, name } }, { context, who }) {
      return done(await context.settings.remove(kind, name, nameOf(who)), kind, name)
    },
  }),
]
