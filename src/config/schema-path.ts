import { z } from 'zod'
import type { Path } from './located.ts'

/** The schemas that wrap others or choose between them are looked through: what can stand here in the file. */
export function candidates(schema: z.core.$ZodType): z.core.$ZodType[] {
  const { def } = schema._zod
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'catch':
    case 'readonly':
    case 'nonoptional':
      return candidates((schema as z.core.$ZodOptional)._zod.def.innerType)
    case 'pipe':
      return candidates((schema as z.core.$ZodPipe)._zod.def.in)
    case 'lazy':
      return candidates((schema as z.core.$ZodLazy)._zod.def.getter())
    case 'union':
      return (schema as z.core.$ZodUnion)._zod.def.options.flatMap(candidates)
    case 'intersection': {
      const { left, right } = (schema as z.core.$ZodIntersection)._zod.def
      return [...candidates(left), ...candidates(right)]
    }
    default:
      return [schema]
  }
}

function children(schema: z.core.$ZodType, step: string | number): z.core.$ZodType[] {
  const { def } = schema._zod
  if (def.type === 'object') {
    const child = (schema as z.core.$ZodObject)._zod.def.shape[String(step)]
    return child ? [child] : []
  }
  if (def.type === 'record') return [(schema as z.core.$ZodRecord)._zod.def.valueType]
  if (def.type === 'array') return [(schema as z.core.$ZodArray)._zod.def.element]
  return []
}

/** Whether `test` holds for a schema on the way to, or at, `path`. */
export function schemasAt(schema: z.core.$ZodType, path: Path): z.core.$ZodType[] {
  let here = [schema]
  for (const step of path) here = here.flatMap(candidates).flatMap((each) => children(each, step))
  return here
}

/** The keys that a map may have here; null when any key is allowed, or it is no map. */
export function keysAt(schema: z.core.$ZodType, path: Path): string[] | null {
  const maps = schemasAt(schema, path)
    .flatMap(candidates)
    .filter((each) => each._zod.def.type === 'object')
  if (maps.length === 0) return null
  return [...new Set(maps.flatMap((each) => Object.keys((each as z.core.$ZodObject)._zod.def.shape)))]
}

function saysSecret(schema: z.core.$ZodType): boolean {
  const meta: Record<string, unknown> | undefined = z.globalRegistry.get(schema)
  if (meta?.secret === true) return true
  const { def } = schema._zod
  if (def.type === 'pipe') return saysSecret((schema as z.core.$ZodPipe)._zod.def.in)
  if (def.type === 'union') return (schema as z.core.$ZodUnion)._zod.def.options.some(saysSecret)
  if ('innerType' in def) return saysSecret((schema as z.core.$ZodOptional)._zod.def.innerType)
  return false
}

/** Whether the schema says that what stands at `path`, or around it, is a secret. */
export function isSecretAt(schema: z.core.$ZodType, path: Path): boolean {
  return path.some((_, index) => schemasAt(schema, path.slice(0, index + 1)).some(saysSecret))
}
