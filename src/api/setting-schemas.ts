import { z } from 'zod'
import { SETTINGS_MODES } from '../config/config.ts'
import { SETTING_KINDS } from '../domain/setting-kind.ts'
import { at, mistake, named } from './schemas.ts'

export const setting = named(
  'Setting',
  'An entry of the configuration. Its secrets are shown as "[secret]", which stands for the stored one when it is sent back.',
  z.object({
    kind: z.enum(SETTING_KINDS),
    name: z.string(),
    type: z.string().nullable(),
    origin: z.enum(['file', 'here']),
    read_only: z.boolean(),
    in_force: z.boolean(),
    yaml: z.string(),
    defined_at: z.string().nullable().describe('Where it stands in the file.'),
    created_at: at().nullable(),
    updated_at: at().nullable(),
    updated_by: z.string().nullable(),
    problems: z.array(mistake).describe('Why it is not in force.'),
  }),
)

export const settingList = named(
  'SettingList',
  'All of them. mode: what can be made here; types: the kinds that can.',
  z.object({
    mode: z.enum(SETTINGS_MODES),
    types: z.object({ source: z.array(z.string()), channel: z.array(z.string()) }),
    items: z.array(setting),
  }),
)

export type SettingJson = z.output<typeof setting>
export type MistakeJson = z.output<typeof mistake>
