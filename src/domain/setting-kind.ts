/** The parts of the configuration that can also be made in the dashboard or by the API. */
export const SETTING_KINDS = ['source', 'service', 'channel', 'route'] as const
export type SettingKind = (typeof SETTING_KINDS)[number]
