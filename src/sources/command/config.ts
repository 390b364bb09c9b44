import { z } from 'zod'
import { bytes, duration, secret, secretUrl, text } from '../../lib/fields.ts'
import { scopeName, thresholdFields } from '../source.ts'

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'not the name of an environment variable')
/** YAML reads a token of digits as a number. */
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String)

/** A command line is seen by every user of the machine (https://man7.org/linux/man-pages/man1/ps.1.html): no secret in it. */
const visible = (value: string) => !/\$\{(?:env|file|credential):/i.test(value)
const NOT_VISIBLE = 'every user of this machine sees a command line: put it into `env`, and name the variable here'
const NO_NUL = 'has a NUL character in it'

const word = scalar.refine(visible, NOT_VISIBLE).refine((value) => !value.includes('\0'), NO_NUL)

const command = z
  .strictObject({
    argv: z.array(word).min(1).optional().describe('The program and its arguments; no shell reads them'),
    shell: z
      .string()
      .min(1)
      .refine(visible, NOT_VISIBLE)
      .refine((value) => !value.includes('\0'), NO_NUL)
      .optional()
      .describe('A command line for /bin/sh, in place of argv'),
    format: z.enum(['json', 'nagios']).optional().describe('What it prints: observations in JSON, or a Nagios plugin'),
    env: z
      .record(variable, scalar.pipe(secret()))
      .optional()
      .describe('Its environment, beside PATH, HOME, LANG and TZ'),
    timeout: duration().optional().describe('How long it may take; 30s'),
    max_output: bytes().optional().describe('How much it may print; 1MiB'),
    cwd: text().optional().describe('The folder it runs in; that of the configuration file'),
    ...thresholdFields,
    push_url: secretUrl().optional().describe('Uptime Kuma push or Healthchecks ping URL that hears of each look'),
  })
  .superRefine(({ argv, shell }, context) => {
    if (argv && shell !== undefined)
      context.addIssue({ code: 'custom', path: ['shell'], message: 'there is an argv too: keep one of the two' })
    if (!argv && shell === undefined)
      context.addIssue({ code: 'custom', message: 'what is to be run? give argv, or shell' })
    if (argv?.[0] === '') context.addIssue({ code: 'custom', path: ['argv', 0], message: 'names no program' })
  })

export const commandConfig = z.strictObject({
  commands: z
    .record(scopeName(), command)
    .refine((commands) => Object.keys(commands).length > 0, 'there is nothing to look at: name a command')
    .describe('The commands by name'),
})

export type Command = z.output<typeof command>
export type CommandConfig = z.output<typeof commandConfig>
