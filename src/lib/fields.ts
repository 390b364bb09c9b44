import { z } from 'zod'
import { parseBytes } from './bytes.ts'
import { parseDuration } from './duration.ts'
import { resolveReferences, Secret } from './secret.ts'

/** The building blocks of every configuration schema: what a person may write for a text, a secret, a duration, a size. */

function resolved(text: string, context: z.RefinementCtx): string {
  try {
    return resolveReferences(text)
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) })
    return z.NEVER
  }
}

/** A text in which ${env:...}, ${file:...} and ${credential:...} are replaced at load. Not for secrets. */
export const text = () => z.string().transform(resolved).pipe(z.string().min(1))

/** A secret: what it refers to must exist, and is read again at each use. */
export const secret = () =>
  z
    .string()
    .min(1)
    .transform((template, context): Secret => {
      resolved(template, context)
      return new Secret(template)
    })
    .meta({ secret: true })

/** Milliseconds from "25h", "1d", "90m", "7d12h" or ISO 8601 "PT25H". */
export const duration = () =>
  z
    .string()
    .transform((value, context): number => {
      const ms = parseDuration(resolved(value, context))
      if (ms !== null && ms > 0) return ms
      context.addIssue({ code: 'custom', message: 'not a duration: write 90m, 25h, 1d, 7d12h or PT25H' })
      return z.NEVER
    })
    .meta({ examples: ['25h', '1d', '90m', 'PT25H'] })

/** Bytes from 1024, "1MiB" or "500kB". */
export const bytes = () =>
  z
    .union([z.number().int().nonnegative(), z.string()])
    .transform((value, context): number => {
      const size = typeof value === 'number' ? value : parseBytes(resolved(value, context))
      if (size !== null) return size
      context.addIssue({ code: 'custom', message: 'not a size: write 1048576, 1MiB or 500kB' })
      return z.NEVER
    })
    .meta({ examples: ['1MiB', '500kB', 1024] })

/** An http or https URL that is a secret as a whole (webhooks carry their token in it). */
export const secretUrl = () =>
  secret().refine((value) => /^https?:\/\/[^\s/]+/.test(value.reveal()), 'not an http(s) URL')

/** An http or https URL. */
export const httpUrl = () => text().refine((value) => /^https?:\/\/[^\s/]+/.test(value), 'not an http(s) URL')

/** Part of one, from "80%" or 0.8. */
export const fraction = () =>
  z.union([z.number(), z.string()]).transform((value, context): number => {
    const part = typeof value === 'number' ? value : /^\d+(\.\d+)?%$/.test(value) ? Number.parseFloat(value) / 100 : -1
    if (part > 0 && part < 1) return part
    context.addIssue({ code: 'custom', message: 'not a part of the threshold: write 80% or 0.8' })
    return z.NEVER
  })
