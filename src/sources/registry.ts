import { aws } from './aws/index.ts'
import { command } from './command/index.ts'
import { files } from './files/index.ts'
import { heartbeat } from './heartbeat/index.ts'
import { restic } from './restic/index.ts'
import { s3Dumps } from './s3-dumps/index.ts'
import type { PullSource, PushSource } from './source.ts'

/** Every kind of source. Adding one is one folder and one line here. */
export const sources: readonly (PullSource | PushSource)[] = [aws, command, files, heartbeat, restic, s3Dumps]
