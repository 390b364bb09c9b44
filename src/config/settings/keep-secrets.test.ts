import { describe, expect, test } from 'vitest'
import { horn, shelf } from '../../../test/fakes/kinds.ts'
import type { SettingKind } from '../../domain/setting-kind.ts'
import { ProblemList } from '../problem.ts'
import { keepSecrets } from './keep-secrets.ts'
import { maskedText, readSetting, type SettingText } from './setting-text.ts'

const kinds = { sources: [shelf], notifiers: [horn] }

function kept(kind: SettingKind, name: string, text: string): SettingText {
  const tree = readSetting({ kind, name, text, secrets: [] }, new ProblemList())
  if (!tree) throw new Error('it can not be read')
  return maskedText(kind, name, tree, kinds)
}

const told = (problems: readonly { path: string; message: string }[]) =>
  problems.map(({ path, message }) => `${path}: ${message}`)

describe('a secret that is kept', () => {
  const BEFORE =
    'type: shelf\nurl: x\npassword: hunter2\nenv: { KEY: hunter3 }\nmax_age: 1d\nboxes: { web: { max_age: 1d } }'

  function keep(text: string) {
    const own = kept('source', 'a', BEFORE)
    const before = readSetting(own, new ProblemList())
    const problems = new ProblemList()
    const tree = readSetting({ kind: 'source', name: 'a', text, secrets: [] }, problems)
    if (!tree || !before) throw new Error('it can not be read')
    keepSecrets(tree, 'source', 'a', { text: own, tree: before }, problems)
    const password = tree.entries.get('password')?.value
    return { problems: told(problems.sorted()), password: password?.kind === 'scalar' ? password.value : null }
  }

  const masked = BEFORE.replace('hunter2', '"[secret]"').replace('hunter3', '"[secret]"')
  test.each([
    ['as it was', masked],
    ['another threshold', masked.replaceAll('1d', '2d')],
    [
      'more about the checks',
      `${masked}\nowner: ops\ntags: { a: b }\nevery: 5m\ntimeout: 1m\noverrides: [{ match: { name: x }, max_age: 1h }]`,
    ],
    ['another order', masked.split('\n').toReversed().join('\n')],
  ])('stays with %s', (_, text) => expect(keep(text)).toEqual({ problems: [], password: 'hunter2' }))

  test.each([
    ['another address', masked.replace('url: x', 'url: https://evil.example.com')],
    ['another secret', masked.replace('KEY: "[secret]"', 'KEY: new')],
    ['another type', masked.replace('type: shelf', 'type: silent')],
    ['one more setting', `${masked}\nmode: fast`],
    [
      'one more box that is called as a threshold',
      masked.replace('web: { max_age: 1d }', 'web: { max_age: 1d }, grace: { max_age: 1d }'),
    ],
  ])('is to be written again with %s', (_, text) =>
    expect(keep(text).problems.join()).toContain('write this secret again'),
  )

  test('stands for nothing where there was none', () => {
    expect(keep(`${masked}\nmode: "[secret]"`).problems.join()).toContain('no stored secret')
  })
})
