import { z } from 'zod'
import { parseBytes } from './bytes.ts'
import { parseDuration } from './duration.ts'
import { isTimeZone, unknownTimeZone } from './schedule/time-zone.ts'
import { resolveReferences, Secret, SecretError } from './secret.ts'

/**
 * The building blocks of every configuration schema: what a person may write for a text, a secret, a duration, a size.
 * A message that begins with "not " is shown after the value: "25 hours" is not a duration.
 */

function resolved(text: string, context: z.RefinementCtx): string {
  try {
    return resolveReferences(text)
  } catch (error) {
    if (!(error instanceof SecretError)) throw error
    context.addIssue({ code: 'custom', message: error.message })
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
      const value = resolved(template, context)
      const kept = new Secret(template)
      // revealing it once has it masked in all that is said from now on
      if (typeof value === 'string') kept.reveal()
      return kept
    })
    .meta({ secret: true })

/** Milliseconds from "25h", "1d", "90m", "7d12h" or ISO 8601 "PT25H". */
export const duration = () =>
  z
    .string('not a duration: it needs a unit, as in 90m, 25h, 1d or PT25H')
    .transform((value, context): number => {
      const plain = resolved(value, context)
      if (typeof plain !== 'string') return z.NEVER
      const ms = parseDuration(plain.trim())
      if (ms !== null && ms > 0) return ms
      context.addIssue({ code: 'custom', message: 'not a duration: write 90m, 25h, 1d, 7d12h or PT25H' })
      return z.NEVER
    })
    .meta({ examples: ['25h', '1d', '90m', 'PT25H'] })

/** Bytes from 1024, "1MiB" or "500kB". */
export const bytes = () =>
  z
    .union([z.number(), z.string()], 'not a size: write 1048576, 1MiB or 500kB')
    .transform((value, context): number => {
      const plain = typeof value === 'number' ? value : resolved(value, context)
      const size = typeof plain === 'string' ? parseBytes(plain.trim()) : plain
      if (size !== null && Number.isSafeInteger(size) && size >= 0) return size
      context.addIssue({ code: 'custom', message: 'not a size: write 1048576, 1MiB or 500kB' })
      return z.NEVER
    })
    .meta({ examples: ['1MiB', '500kB', 1024] })

const HTTP_URL = /^https?:\/\/[^\s/?#]+[^\s]*$/
function isHttpUrl(value: string): boolean {
  return HTTP_URL.test(value) && URL.canParse(value)
}

/** An http or https URL that is a secret as a whole (webhooks carry their token in it). */
export const secretUrl = () => secret().refine((value) => isHttpUrl(value.reveal()), 'not an http(s) URL')

/** An http or https URL. */
export const httpUrl = () => text().refine(isHttpUrl, 'not an http(s) URL')

/** Part of one, from "80%" or 0.8. */
export const fraction = () =>
  z
    .union([z.number(), z.string()], 'not a part of the threshold: write 80% or 0.8')
    .transform((value, context): number => {
      const part =
        typeof value === 'number' ? value : /^\d+(\.\d+)?%$/.test(value) ? Number.parseFloat(value) / 100 : -1
      if (part > 0 && part < 1) return part
      context.addIssue({ code: 'custom', message: 'not a part of the threshold: write 80% or 0.8' })
      return z.NEVER
    })
    .meta({ examples: ['80%', 0.8] })

/** A time zone of the IANA database: "Europe/Berlin", "UTC". */
export const timeZone = () =>
  text()
    .superRefine((name, context) => {
      if (!isTimeZone(name)) context.addIssue({ code: 'custom', message: unknownTimeZone(name) })
    })
    .meta({ examples: ['Europe/Berlin', 'UTC'] })
