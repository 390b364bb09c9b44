import type { Notifier } from './notifier.ts'
import { email } from './notifiers/email/index.ts'
import { slack } from './notifiers/slack/index.ts'
import { webhook } from './notifiers/webhook/index.ts'

/** Every kind of channel. Adding one is one folder and one line here. */
export const notifiers: readonly Notifier[] = [email, slack, webhook]
