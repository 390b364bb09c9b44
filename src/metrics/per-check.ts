import type { Check } from '../domain/check.ts'
import { escapeLabel, heading } from './text.ts'

const STATUS = 'backproof_check_status'
const LAST = 'backproof_check_last_recovery_point_timestamp_seconds'
const THRESHOLD = 'backproof_check_threshold_seconds'
/** The name that the operator's handbook gives it, so that its alert rules work as they are. */
const SUCCESS = 'backup_latest_success_unixtime'

const CHUNK_CHARACTERS = 65_536

/**
 * The series of each check: by choice, since they are as many as there are resources. All lines of one name must stand
 * together, and the checks are read once: the names after the first are kept back until the end.
 */
export async function* perCheckSeries(checks: AsyncIterable<Check>): AsyncGenerator<string> {
  let status = heading(STATUS, 'The status of each check: 1 for the one that it has.')
  let last = heading(LAST, 'The time up to which the data of a check can be recovered.')
  let threshold = heading(THRESHOLD, 'How old the newest good recovery point of a check may become.')
  let success = heading(SUCCESS, 'The newest good recovery point of a check, under the name that other rules use.')
  const kept: { last: string[]; threshold: string[]; success: string[] } = { last: [], threshold: [], success: [] }

  for await (const { id, source, type, facts, judgement } of checks) {
    const check = escapeLabel(id)
    const labels = `{check="${check}",source="${escapeLabel(source)}",type="${escapeLabel(type)}"`
    status += `${STATUS}${labels},status="${judgement.status}"} 1\n`
    if (facts.newestGood !== null) {
      const seconds = facts.newestGood.recoverableTo / 1000
      last += `${LAST}${labels}} ${seconds}\n`
      success += `${SUCCESS}{scope="${check}"} ${seconds}\n`
    }
    if (judgement.thresholdMs !== null) threshold += `${THRESHOLD}${labels}} ${judgement.thresholdMs / 1000}\n`
    if (status.length < CHUNK_CHARACTERS) continue
    yield status
    kept.last.push(last)
    kept.threshold.push(threshold)
    kept.success.push(success)
    status = last = threshold = success = ''
  }
  yield status
  yield* kept.last
  yield last
  yield* kept.threshold
  yield threshold
  yield* kept.success
  yield success
}
