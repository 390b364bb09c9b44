import { z } from 'zod'
import { notifiers as allNotifiers } from '../notifications/registry.ts'
import { sources as allSources } from '../sources/registry.ts'
import type { Kinds } from './root.ts'
import * as sections from './sections.ts'

type JsonSchema = z.core.JSONSchema.JSONSchema
type JsonObject = Record<string, JsonSchema | boolean>

/** What a person may write, of one schema. */
function written(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const { secret, examples }: Record<string, unknown> = z.globalRegistry.get(zodSchema) ?? {}
      // zod leaves examples out where what is written differs from what comes out; ours are of what is written
      if (Array.isArray(examples)) jsonSchema.examples = examples
      if (secret === true) {
        delete jsonSchema.secret
        jsonSchema.writeOnly = true
      }
    },
  })
  return json
}

function objectOf(shape: z.core.$ZodLooseShape): JsonSchema {
  return written(z.strictObject(shape))
}

/** A kind's own settings and the common ones in one map; what both know is described by the kind. */
function withCommon(own: JsonSchema, common: JsonSchema, type: string): JsonSchema {
  const branches = own.anyOf ?? own.oneOf ?? own.allOf
  if (!own.properties && branches)
    return { anyOf: branches.map((branch) => (typeof branch === 'object' ? withCommon(branch, common, type) : branch)) }
  const properties: JsonObject = { ...common.properties, ...own.properties, type: { const: type } }
  return {
    ...own,
    type: 'object',
    properties,
    required: [...(own.required ?? []), 'type'],
    additionalProperties: false,
  }
}

// apart, since linters take an object with such a key for a promise
// oxlint-disable-next-line unicorn/no-thenable
const THEN = 'then'

function when(type: string, schema: JsonSchema): JsonSchema {
  const condition: JsonSchema = { properties: { type: { const: type } }, required: ['type'] }
  return { if: condition, [THEN]: schema }
}

/** A map of names, each with the settings of its `type`. */
function byType(kinds: readonly { type: string; config: z.ZodType }[], common: JsonSchema, what: string): JsonSchema {
  const types = kinds.map((kind) => kind.type)
  return {
    type: ['object', 'null'],
    description: what,
    propertyNames: written(sections.name()),
    additionalProperties: {
      type: 'object',
      required: ['type'],
      properties: { type: { type: 'string', enum: types, description: 'What kind it is' } },
      // editors tell more of what is wrong by conditions than by a choice of alternatives
      allOf: kinds.map((kind) => when(kind.type, withCommon(written(kind.config), common, kind.type))),
    },
  }
}

function orNothing(schema: JsonSchema, description: string): JsonSchema {
  return { anyOf: [schema, { type: 'null' }], description }
}

/** The JSON Schema of backproof.yaml, from the definitions that validate it: for editors. */
export function configJsonSchema(
  kinds: Kinds = { sources: allSources, notifiers: allNotifiers },
): Record<string, unknown> {
  const include: JsonSchema = { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] }
  const services: JsonSchema = {
    anyOf: [
      { type: 'object', propertyNames: written(sections.name()), additionalProperties: written(sections.service) },
      { type: 'array', items: written(sections.listedService) },
      { type: 'null' },
    ],
  }
  const properties: Record<string, JsonSchema> = {
    include: { ...include, description: 'Other files, by path or pattern, whose sections are joined to these' },
    sources: byType(kinds.sources, objectOf(sections.commonSourceShape), 'The places that Backproof reads, by name'),
    services: { ...services, description: 'What the business knows, with what it asks of its backups' },
    channels: byType(kinds.notifiers, objectOf(sections.commonChannelShape), 'Where messages go, by name'),
    routes: orNothing(written(z.array(sections.route)), 'Who hears of what; the first that matches decides'),
    defaults: orNothing(written(sections.defaults), 'What holds where nothing more specific is said'),
    server: orNothing(written(sections.server), 'The dashboard and the API'),
    database: orNothing(written(sections.database), 'Where Backproof keeps what it knows'),
    watchdog: orNothing(written(sections.watchdog), "Dead-man's switches that hear of each healthy cycle"),
    history: orNothing(written(sections.history), "How long Backproof's own history is kept"),
    evidence: orNothing(written(sections.evidence), 'What evidence is signed with, and how long it is kept'),
    concurrency: orNothing(written(sections.concurrency), 'Scopes that are looked at at the same time; 4'),
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Backproof configuration',
    type: 'object',
    properties,
    additionalProperties: false,
  }
}
