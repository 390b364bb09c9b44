// Writes the types of the API's answers for the dashboard, in the shape that openapi-fetch reads.
// With --check: writes nothing, and fails when the file is not up to date.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openApiDocument } from '../src/api/openapi.ts'

const path = join(import.meta.dirname, '../web/src/api/generated.ts')
const METHODS = ['get', 'put', 'post', 'delete', 'patch']

const key = (name) => (/^([A-Za-z_$][\w$]*|\d+)$/.test(name) ? name : JSON.stringify(name))
const comment = (text, indent) =>
  text === undefined ? '' : `${indent}/** ${text.replaceAll('*/', '* /').replaceAll(/\s+/g, ' ')} */\n`
const block = (members, indent) => (members.length === 0 ? '{}' : `{\n${members.join('')}${indent}}`)

/** A JSON Schema as a type. Fails on what it does not know, rather than write a type that is not true. */
function typeOf(schema, indent) {
  if (schema.$ref) return `components["schemas"][${JSON.stringify(schema.$ref.replace('#/components/schemas/', ''))}]`
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.anyOf) return schema.anyOf.map((one) => typeOf(one, indent)).join(' | ')
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ ...schema, type }, indent)).join(' | ')
  if (schema.type === 'array') return `(${typeOf(schema.items, indent)})[]`
  if (schema.type === 'object') return objectOf(schema, indent)
  const plain = { string: 'string', integer: 'number', number: 'number', boolean: 'boolean', null: 'null' }[schema.type]
  if (plain === undefined && Object.keys(schema).every((key) => key === 'description')) return 'unknown'
  if (plain === undefined) throw new Error(`a schema that the generator does not know: ${JSON.stringify(schema)}`)
  return plain
}

function objectOf({ properties, required = [], additionalProperties }, indent) {
  if (properties === undefined && typeof additionalProperties === 'object')
    return `{ [key: string]: ${typeOf(additionalProperties, indent)} }`
  const inner = `${indent}  `
  const members = Object.entries(properties ?? {}).map(([name, schema]) => {
    const optional = required.includes(name) ? '' : '?'
    return `${comment(schema.description, inner)}${inner}${key(name)}${optional}: ${typeOf(schema, inner)};\n`
  })
  return members.length === 0 ? 'Record<string, never>' : block(members, indent)
}

function parametersOf(parameters, indent) {
  const members = ['query', 'header', 'path', 'cookie'].map((place) => {
    const there = parameters.filter((parameter) => parameter.in === place)
    if (there.length === 0) return `${indent}  ${place}?: never;\n`
    const schema = {
      properties: Object.fromEntries(there.map(({ name, schema, description }) => [name, { ...schema, description }])),
      required: there.filter((parameter) => parameter.required).map((parameter) => parameter.name),
    }
    return `${indent}  ${place}${schema.required.length > 0 ? '' : '?'}: ${objectOf(schema, `${indent}  `)};\n`
  })
  return block(members, indent)
}

function contentOf(content, indent) {
  const members = Object.entries(content).map(
    ([type, { schema }]) => `${indent}  ${JSON.stringify(type)}: ${typeOf(schema, `${indent}  `)};\n`,
  )
  return block(members, indent)
}

function operationOf(operation, indent) {
  const inner = `${indent}  `
  const deep = `${inner}  `
  const body = operation.requestBody
  const answers = Object.entries(operation.responses).map(
    ([status, { content }]) =>
      `${deep}${key(status)}: {\n${deep}  headers: { [name: string]: unknown };\n${deep}  content: ${contentOf(content ?? {}, `${deep}  `)};\n${deep}};\n`,
  )
  const members = [
    `${inner}parameters: ${parametersOf(operation.parameters ?? [], inner)};\n`,
    `${inner}requestBody${body?.required ? '' : '?'}: ${body ? `{ content: ${contentOf(body.content, inner)} }` : 'never'};\n`,
    `${inner}responses: ${block(answers, inner)};\n`,
  ]
  return block(members, indent)
}

const document = await openApiDocument()
const paths = Object.entries(document.paths).map(([url, item]) => {
  const operations = METHODS.filter((method) => item[method]).map(
    (method) => `${comment(item[method].summary, '    ')}    ${method}: ${operationOf(item[method], '    ')};\n`,
  )
  return `  ${JSON.stringify(url)}: ${block(operations, '  ')};\n`
})
const schemas = Object.entries(document.components?.schemas ?? {}).map(
  ([name, schema]) => `${comment(schema.description, '    ')}    ${key(name)}: ${typeOf(schema, '    ')};\n`,
)
const text = `// Written by scripts/generate-client.mjs from src/api: run it after each change there.

export interface paths ${block(paths, '')}

export interface components {
  schemas: ${block(schemas, '  ')};
}
`

if (!process.argv.includes('--check')) writeFileSync(path, text)
else if (readFileSync(path, 'utf8') !== text) {
  console.error('web/src/api/generated.ts is not up to date: run "node scripts/generate-client.mjs".')
  process.exit(1)
}
