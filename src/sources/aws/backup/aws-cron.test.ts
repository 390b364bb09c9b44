import { describe, expect, it } from 'vitest'
import { START } from '../../../../test/fakes/aws-backup-look.ts'
import { nextAfter } from '../../../lib/schedule/index.ts'
import { scheduleOf } from './aws-cron.ts'

const runs = (text: string, timeZone = 'UTC', count = 3) => {
  const schedule = scheduleOf(text, timeZone)
  if (!schedule) return null
  const found: string[] = []
  let at: number | null = START
  while (at !== null && found.length < count) {
    at = nextAfter(schedule, at)
    if (at !== null) found.push(new Date(at).toISOString().slice(0, 16))
  }
  return found
}

describe("AWS's own cron", () => {
  // START is Friday, 2026-11-20, 12:00 UTC
  it.each([
    ['cron(0 5 ? * * *)', ['2026-11-21T05:00', '2026-11-22T05:00', '2026-11-23T05:00']],
    ['cron(30 0/12 * * ? *)', ['2026-11-20T12:30', '2026-11-21T00:30', '2026-11-21T12:30']],
    ['cron(0 10 ? * 2-6 *)', ['2026-11-23T10:00', '2026-11-24T10:00', '2026-11-25T10:00']],
    ['cron(0 10 ? * 1,7 *)', ['2026-11-21T10:00', '2026-11-22T10:00', '2026-11-28T10:00']],
    ['cron(0 10 ? * MON-TUE *)', ['2026-11-23T10:00', '2026-11-24T10:00', '2026-11-30T10:00']],
    ['cron(0 3 1 * ? *)', ['2026-12-01T03:00', '2027-01-01T03:00', '2027-02-01T03:00']],
    ['cron(0 3 L * ? *)', ['2026-11-30T03:00', '2026-12-31T03:00', '2027-01-31T03:00']],
    ['cron(0 3 ? * 6L *)', ['2026-11-27T03:00', '2026-12-25T03:00', '2027-01-29T03:00']],
    ['cron(0 3 ? * 2#1 *)', ['2026-12-07T03:00', '2027-01-04T03:00', '2027-02-01T03:00']],
    ['rate(12 hours)', ['2026-11-21T00:00', '2026-11-21T12:00', '2026-11-22T00:00']],
  ])('%s', (text, expected) => {
    expect(runs(text)).toEqual(expected)
  })

  it('is in its time zone', () => {
    expect(runs('cron(0 5 ? * * *)', 'America/New_York', 1)).toEqual(['2026-11-21T10:00'])
    expect(runs('cron(0 5 ? * * *)', '', 1)).toEqual(['2026-11-21T05:00'])
  })

  it.each([
    '',
    '0 5 ? * * *',
    'cron(0 5 ? * *)',
    'cron(0 5 ? * * 2026)',
    'cron(x y z a b *)',
    'rate(0 hours)',
    'rate(x)',
  ])('"%s" is not understood', (text) => {
    expect(scheduleOf(text, 'UTC')).toBeNull()
  })
  it('of a place that there is not is not understood', () => {
    expect(scheduleOf('cron(0 5 ? * * *)', 'Moon/Base')).toBeNull()
  })
})
