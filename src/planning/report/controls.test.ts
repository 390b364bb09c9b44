import { expect, test } from 'vitest'
import { INCIDENT_TYPES } from '../../domain/incident.ts'
import { serviceRules } from '../../evaluation/services/registry.ts'
import { CONTROLS, controlResults } from './controls.ts'
import type { RuleTotal } from './report.ts'

type Counts = Partial<Record<'pass' | 'fail' | 'unknown' | 'waived', number>>
const total = (rule: string, counts: Counts = {}): RuleTotal => ({
  rule,
  asks: '',
  pass: 0,
  fail: 0,
  unknown: 0,
  waived: 0,
  ...counts,
})
const resultOf = (control: string, rules: RuleTotal[], open: Parameters<typeof controlResults>[1] = new Map()) =>
  controlResults(rules, open).find((one) => one.control === control)?.result

test('every control names rules and conditions that there are, and says so where none answers it', () => {
  const rules = new Set<string>(serviceRules.map(({ id }) => id))
  const types = new Set<string>(INCIDENT_TYPES)
  for (const control of CONTROLS) {
    expect(control.rules.filter((rule) => !rules.has(rule))).toEqual([])
    expect(control.conditions.filter((type) => !types.has(type))).toEqual([])
    expect([control.control, control.rules.length === 0]).toEqual([control.control, control.coverage === 'none'])
  }
  expect(new Set(CONTROLS.map(({ framework, control }) => `${framework} ${control}`)).size).toBe(CONTROLS.length)
})

test('a control is without findings only where all is known and nothing is accepted', () => {
  const of = (counts: Counts) => resultOf('RESTORE_TIME_FOR_RESOURCES_MEET_TARGET', [total('rto', counts)])
  expect(of({ pass: 3 })).toBe('no-findings')
  expect(of({ pass: 3, unknown: 1 })).toBe('unknown')
  expect(of({})).toBe('unknown')
  expect(of({ pass: 3, fail: 1 })).toBe('findings')
  expect(of({ pass: 3, waived: 1 })).toBe('findings')
  expect(resultOf('RESTORE_TIME_FOR_RESOURCES_MEET_TARGET', [total('rpo', { fail: 1 })])).toBe('unknown')
  expect(resultOf('RESTORE_TIME_FOR_RESOURCES_MEET_TARGET', [])).toBe('unknown')
})

test('an open incident about how backups are kept is a finding too', () => {
  const fine = [total('immutability', { pass: 1 })]
  expect(resultOf('BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED', fine)).toBe('no-findings')
  const open = new Map([['DELETION_ALLOWED', 1] as const])
  expect(resultOf('BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED', fine, open)).toBe('findings')
})

test('what nothing here can judge is not judged, whatever is found', () => {
  expect(resultOf('RESOURCES_IN_LOGICALLY_AIR_GAPPED_VAULT', [total('immutability', { pass: 1 })])).toBe('not-judged')
})
