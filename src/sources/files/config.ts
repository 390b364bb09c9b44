import { z } from 'zod'
import { bytes, duration, secretUrl, text } from '../../lib/fields.ts'
import { scopeName, thresholdFields } from '../source.ts'
import { type Glob, parseGlob } from './glob.ts'
import { type NameTime, parseNameTime } from './times.ts'

const glob = () =>
  text().transform((pattern, context): { text: string; glob: Glob } => {
    const parsed = parseGlob(pattern)
    if (typeof parsed !== 'string') return { text: pattern, glob: parsed }
    context.addIssue({ code: 'custom', message: `the pattern ${parsed}` })
    return z.NEVER
  })

const time = () =>
  text().transform((format, context): NameTime | 'mtime' => {
    if (format === 'mtime') return 'mtime'
    const parsed = parseNameTime(format)
    if (typeof parsed !== 'string') return parsed
    context.addIssue({ code: 'custom', message: `neither "mtime" nor the format of a name: "${format}" ${parsed}` })
    return z.NEVER
  })

const fields = {
  stamp: text().optional().meta({ description: 'A file whose time is that of the last good backup.' }),
  content: z
    .enum(['mtime', 'time', 'unix'])
    .optional()
    .meta({ description: 'Where the stamp has its time: its mtime, or its text in ISO 8601 or in epoch seconds.' }),
  path: text().optional().meta({ description: 'A folder with dumps.' }),
  pattern: glob()
    .optional()
    .meta({ description: 'Which files in it are dumps.', examples: ['app-*.dump', '**/*.sql.gz'] }),
  min_size: bytes().optional().meta({ description: 'Smaller ones are not good; 1 byte unless told otherwise.' }),
  min_age: duration().optional().meta({ description: 'A file that was written to within this time is not finished.' }),
  checksum: z
    .literal('sidecar')
    .optional()
    .meta({ description: 'Verify by the checksum that stands beside the file.' }),
  time: time()
    .optional()
    .meta({ description: 'mtime, or where the name has its time.', examples: ['app-{yyyy}-{MM}-{dd}_{HH}{mm}'] }),
  mount_point: text()
    .optional()
    .meta({ description: 'Something must be mounted here, or the look fails instead of finding an empty folder.' }),
}
const check = { ...fields, ...thresholdFields, push_url: secretUrl().optional() }

type Settings = z.output<z.ZodObject<typeof fields>>
const FOLDER_ONLY = ['pattern', 'min_size', 'min_age', 'checksum', 'time'] as const

function oneKind(settings: Settings, context: z.RefinementCtx): void {
  const wrong = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message })
  if (settings.stamp === undefined && settings.path === undefined)
    context.addIssue({ code: 'custom', message: 'needs `stamp` (a file) or `path` (a folder with dumps)' })
  if (settings.stamp !== undefined && settings.path !== undefined)
    wrong('path', '`stamp` and `path` are two ways to watch: give one of them')
  if (settings.stamp !== undefined)
    for (const key of FOLDER_ONLY)
      if (settings[key] !== undefined) wrong(key, `\`${key}\` goes with \`path\`, not with \`stamp\``)
  if (settings.stamp === undefined && settings.content !== undefined)
    wrong('content', '`content` goes with `stamp`, not with `path`')
}

const fileCheck = z.strictObject(check).superRefine(oneKind)
export type FileCheck = z.output<typeof fileCheck>

/** `files`, or the settings of one file beside `type`; that one's name is the source's. */
export const filesConfig = z
  .strictObject({ files: z.record(scopeName(), fileCheck).optional(), ...check })
  .superRefine(({ files, ...single }, context) => {
    if (files === undefined) return oneKind(single, context)
    if (Object.keys(files).length === 0)
      context.addIssue({ code: 'custom', path: ['files'], message: 'names no file to watch' })
    for (const key of Object.keys(fields))
      if (Object.hasOwn(single, key))
        context.addIssue({
          code: 'custom',
          path: [key],
          message: `\`${key}\` stands beside \`files\`: move it into one of them`,
        })
    if (single.push_url)
      context.addIssue({ code: 'custom', path: ['push_url'], message: 'move `push_url` into one of `files`' })
  })
export type FilesConfig = z.output<typeof filesConfig>

/** The settings of one check, and their path below the source. Null: it is not in the configuration (any more). */
export function checkOf(
  source: string,
  config: FilesConfig,
  name: string,
): { settings: FileCheck; path: string } | null {
  const { files, ...single } = config
  if (!files) return name === source ? { settings: single, path: `sources.${source}` } : null
  const settings = Object.hasOwn(files, name) ? files[name] : undefined
  if (!settings) return null
  // schedules and names are read by the clocks of the source, unless a file has its own
  const { time_zone = config.time_zone } = settings
  return { settings: { ...settings, time_zone }, path: `sources.${source}.files.${name}` }
}

export function namesOf(source: string, { files }: FilesConfig): string[] {
  return files ? Object.keys(files) : [source]
}

export function checksOf({ files, ...single }: FilesConfig): FileCheck[] {
  return files ? Object.values(files) : [single]
}

const EVERY_FILE = glob().parse('*')

export function patternOf(settings: FileCheck): { text: string; glob: Glob } {
  return settings.pattern ?? EVERY_FILE
}
