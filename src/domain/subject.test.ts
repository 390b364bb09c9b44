import { expect, test } from 'vitest'
import { serviceSubject, sourceSubject, subjectId, subjectOf } from './subject.ts'

test.each([
  ['fleet/web', { kind: 'check', name: 'fleet/web' }],
  ['fleet', { kind: 'check', name: 'fleet' }],
  ['service', { kind: 'check', name: 'service' }],
  ['service/web', { kind: 'check', name: 'service/web' }],
  ['source/service:web', { kind: 'check', name: 'source/service:web' }],
  ['service:web', { kind: 'service', name: 'web' }],
  ['source:prod-aws', { kind: 'source', name: 'prod-aws' }],
])('%s', (id, subject) => {
  expect(subjectOf(id)).toEqual(subject)
  expect(subjectId(subjectOf(id))).toBe(id)
})

test('are made of names', () => {
  expect(subjectOf(serviceSubject('a.b'))).toEqual({ kind: 'service', name: 'a.b' })
  expect(subjectOf(sourceSubject('a.b'))).toEqual({ kind: 'source', name: 'a.b' })
})
