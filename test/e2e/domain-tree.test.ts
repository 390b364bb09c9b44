import { expect, test } from 'vitest'
import { type Box, boxesOf, type Placed } from '../../web/src/components/domain-tree.ts'

const NOWHERE = { provider: null, account: null, region: null, site: null, medium: null, credential: null }
const at = (key: string, domain: Partial<Placed['domain']>): Placed => ({ key, domain: { ...NOWHERE, ...domain } })

/** "aws/1/eu-1[a, s3[b]]" */
const drawn = ({ boxes, items }: Pick<Box<Placed>, 'boxes' | 'items'>): string =>
  [
    ...items.map(({ key }) => key),
    ...boxes.map((box) => `${box.path.map(({ value }) => value).join('/')}[${drawn(box)}]`),
  ].join(', ')

test.each([
  [
    'two copies in one account stand in one box',
    [
      at('a', { provider: 'aws', account: '1', region: 'r1' }),
      at('b', { provider: 'aws', account: '1', region: 'r2' }),
    ],
    'aws/1[r1[a], r2[b]]',
  ],
  [
    'a site whose provider one of them names is one box',
    [at('p', { site: 'dc-a' }), at('a', { provider: 'own', site: 'dc-a', medium: 'nas' })],
    'own/dc-a[p, nas[a]]',
  ],
  [
    'a site of two providers is nobody says whose',
    [at('p', { site: 'x' }), at('a', { provider: 'A', site: 'x' }), at('b', { provider: 'B', site: 'x' })],
    'A/x[a], B/x[b], x[p]',
  ],
  [
    'a level that nobody says anything of is left out',
    [at('a', { site: 's' }), at('b', { site: 't', medium: 'm' })],
    's[a], t/m[b]',
  ],
  ['region and site stand together', [at('a', { region: 'r', site: 's' })], 'r/s[a]'],
  ['where nothing is known, there is no box', [at('a', {}), at('b', { credential: 'k' })], 'a, b'],
])('%s', (_, items, expected) => {
  expect(drawn(boxesOf(items))).toBe(expected)
})

test('each box counts all that lies in it, and has a key of its own', () => {
  const { boxes } = boxesOf([
    at('a', { provider: 'aws', account: '1', medium: 'm' }),
    at('b', { provider: 'aws', account: '1', medium: 'm' }),
    at('c', { provider: 'aws', account: '2', medium: 'm' }),
  ])
  expect(boxes.map(({ count, boxes: inner }) => [count, inner.map((box) => box.count)])).toEqual([[3, [2, 1]]])
  const keys = [boxes, boxes.flatMap((box) => box.boxes)].flat().map(({ key }) => key)
  expect(new Set(keys).size).toBe(keys.length)
})
