import type { Notifier } from './notifier.ts'

/** Every kind of channel. Adding one is one folder and one line here. */
export const notifiers: readonly Notifier[] = []
