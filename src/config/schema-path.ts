import { z } from 'zod'
import type { Path } from './located.ts'

const { $ZodArray, $ZodIntersection, $ZodLazy, $ZodObject, $ZodPipe, $ZodRecord, $ZodUnion } = z.core
const WRAPPERS = [
  z.core.$ZodOptional,
  z.core.$ZodNullable,
  z.core.$ZodDefault,
  z.core.$ZodPrefault,
  z.core.$ZodCatch,
  z.core.$ZodReadonly,
  z.core.$ZodNonOptional,
]

function wrapped(schema: z.core.$ZodType): z.core.$ZodType | null {
  for (const wrapper of WRAPPERS) if (schema instanceof wrapper) return schema._zod.def.innerType
  if (schema instanceof $ZodPipe) return schema._zod.def.in
  return schema instanceof $ZodLazy ? schema._zod.def.getter() : null
}

/** The schemas that wrap others or choose between them are looked through: what can stand here in the file. */
function candidates(schema: z.core.$ZodType): z.core.$ZodType[] {
  const inner = wrapped(schema)
  if (inner) return candidates(inner)
  if (schema instanceof $ZodUnion) return schema._zod.def.options.flatMap(candidates)
  if (!(schema instanceof $ZodIntersection)) return [schema]
  return [...candidates(schema._zod.def.left), ...candidates(schema._zod.def.right)]
}

function children(schema: z.core.$ZodType, step: string | number): z.core.$ZodType[] {
  if (schema instanceof $ZodRecord) return [schema._zod.def.valueType]
  if (schema instanceof $ZodArray) return [schema._zod.def.element]
  const child = schema instanceof $ZodObject ? schema._zod.def.shape[String(step)] : undefined
  return child ? [child] : []
}

function schemasAt(schema: z.core.$ZodType, path: Path): z.core.$ZodType[] {
  let here = [schema]
  for (const step of path) here = here.flatMap(candidates).flatMap((each) => children(each, step))
  return here
}

/** The keys that a map may have here; null when any key is allowed, or it is no map. */
export function keysAt(schema: z.core.$ZodType, path: Path): string[] | null {
  const maps = schemasAt(schema, path).flatMap(candidates)
  const shapes = maps.flatMap((each) => (each instanceof $ZodObject ? [each._zod.def.shape] : []))
  return shapes.length === 0 ? null : [...new Set(shapes.flatMap(Object.keys))]
}

function saysSecret(schema: z.core.$ZodType): boolean {
  const meta: Record<string, unknown> | undefined = z.globalRegistry.get(schema)
  if (meta?.secret === true) return true
  // a number may be written where a secret comes out
  if (schema instanceof $ZodPipe && saysSecret(schema._zod.def.out)) return true
  const inner = wrapped(schema)
  if (inner) return saysSecret(inner)
  return schema instanceof $ZodUnion && schema._zod.def.options.some(saysSecret)
}

/** Whether the schema says that what stands at `path`, or around it, is a secret. */
export function isSecretAt(schema: z.core.$ZodType, path: Path): boolean {
  return path.some((_, index) => schemasAt(schema, path.slice(0, index + 1)).some(saysSecret))
}
