import { gzipSync } from 'node:zlib'
import { DescribeSnapshotsCommand, DescribeVolumesCommand, EC2Client } from '@aws-sdk/client-ec2'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { snapshotXml, volumeXml } from '../../../../test/fakes/aws-ec2.ts'
import { startAws } from '../../../../test/fakes/aws-server.ts'
import { scanVolumes } from './scan-body.ts'
import { SnapshotRows } from './scan-snapshots.ts'
import { fromSdk } from './snapshot.ts'
import { fromSdk as volumeOf } from './volume.ts'

let body = ''
const server = await startAws({ fault: () => ({ raw: body }) })
const client = new EC2Client({
  endpoint: server.url,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
})
afterAll(async () => {
  client.destroy()
  await server.stop()
})

/** What the SDK reads in the same bytes. */
async function bySdk(text: string) {
  body = text
  const { Snapshots, NextToken } = await client.send(new DescribeSnapshotsCommand({}))
  return { items: Snapshots?.map(fromSdk), next: NextToken }
}

function scan(given: string | Buffer, windowBytes?: number) {
  const page = rows.scan(Buffer.from(given), true, windowBytes)
  return page && { items: [...page.items], next: page.next }
}
/** One for all, as for all pages of a list. */
const rows = new SnapshotRows()
const wrap = (items: string, more = '') =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<DescribeSnapshotsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">\n    <requestId>r</requestId>\n    <snapshotSet>${items}</snapshotSet>${more}</DescribeSnapshotsResponse>\n`
const item = snapshotXml({ id: 'snap-1', volume: 'vol-1', startedAt: '2026-11-20T11:00:00.123Z' })

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom('</item><item>', '<snapshotId>snap-x</snapshotId>', ']]>', '&amp;', '</tagSet>', '\n \t'),
)
const date = fc
  .date({ min: new Date('2001-01-01'), max: new Date('2099-01-01'), noInvalidDate: true })
  .map((at) => at.toISOString())
const snapshot = fc.record(
  {
    id: fc.stringMatching(/^snap-[0-9a-f]{8,17}$/),
    volume: fc.stringMatching(/^vol-[0-9a-f]{8,17}$/),
    startedAt: date,
    completedAt: date,
    state: fc.constantFrom('completed', 'pending', 'error', 'recoverable', 'something-new'),
    message: fc.string({ minLength: 1, maxLength: 20 }).filter((message) => message.trim() !== ''),
    tier: fc.constantFrom('standard', 'archive'),
    description: fc.oneof(
      text,
      fc.constantFrom(
        'Created by CreateImage(i-1) for ami-1',
        ' Created by CreateImage',
        'This snapshot is created by the AWS Backup service.',
      ),
    ),
    tags: fc.dictionary(
      fc.oneof(
        { weight: 16, arbitrary: text },
        { weight: 2, arbitrary: fc.constantFrom('owner', 'Owner', 'downer') },
        { weight: 2, arbitrary: fc.constant('aws:backup:source-resource') },
      ),
      fc.oneof(text, fc.constantFrom('i-0a1', 'vol-1', 'arn:aws:ec2:eu-central-1:1:instance/i-0a1')),
      { maxKeys: 3 },
    ),
    fullBytes: fc.nat(),
  },
  { requiredKeys: ['id', 'volume', 'startedAt'] },
)

describe('reading DescribeSnapshots without the SDK', () => {
  const made = 'This snapshot is created by the AWS Backup service.'
  const source = (of: string) => ({ tags: { Name: 'x', 'aws:backup:source-resource': of } })
  it.each([
    [{}, [false, false]],
    [{ description: 'Created by CreateImage(i-0123) for ami-4567' }, [true, false]],
    [{ description: made }, [false, true]],
    [source('vol-0a'), [false, true]],
    [{ description: 'anything', ...source('i-0a') }, [true, true]],
    [source('arn:aws:ec2:eu-central-1:123456789012:instance/i-0a'), [true, true]],
  ])('tells of %j what it is of', async (more, expected) => {
    const answer = wrap(snapshotXml({ id: 'snap-1', volume: 'vol-1', startedAt: '2026-11-20T11:00:00Z', ...more }))
    for (const found of [scan(answer), await bySdk(answer)])
      expect(found?.items?.map(({ isOfImage, isOfBackup }) => [isOfImage, isOfBackup])).toEqual([expected])
  })

  it('finds what the SDK finds, or leaves it to the SDK, whatever names and descriptions hold', async () => {
    let read = 0
    await fc.assert(
      fc.asyncProperty(fc.array(snapshot, { maxLength: 4 }), fc.boolean(), async (snapshots, more) => {
        const answer = wrap(
          snapshots.map(snapshotXml).join(''),
          more ? '<nextToken>a+b/c=</nextToken>' : '<nextToken/>',
        )
        const ours = scan(answer)
        if (ours === null) return
        read += 1
        const theirs = await bySdk(answer)
        expect({ ...ours, next: ours.next ?? '' }).toEqual({ ...theirs, next: theirs.next ?? '' })
      }),
      { numRuns: 150 },
    )
    // entities in the few fields that are used (a message) are the SDK's; all else is read
    expect(read).toBeGreaterThan(50)
  })

  it('reads fields in any order, and does not mind new ones', async () => {
    const odd = wrap(
      '<item><a/><b><c><snapshotId>no</snapshotId></c></b><startTime>2026-11-20T11:00:00.000Z</startTime><status>completed</status><volumeId>vol-1</volumeId><snapshotId>snap-1</snapshotId></item>',
      '<warnings><item>x</item></warnings>',
    )
    expect(scan(odd)).toEqual(await bySdk(odd))
    expect(scan(odd)?.items).toMatchObject([{ id: 'snap-1', sizeGib: null, isArchived: false }])
    expect(scan(wrap(''))).toEqual({ items: [], next: undefined })
    expect(scan(wrap('').replace('<snapshotSet></snapshotSet>', '<snapshotSet/>'))).toEqual({
      items: [],
      next: undefined,
    })
  })

  it('leaves to the SDK what is not in the form that is known', () => {
    const whole = wrap(item)
    for (let length = 0; length < whole.trimEnd().length; length++) expect(scan(whole.slice(0, length))).toBeNull()
    for (const strange of [
      '<html>a portal</html>',
      '<DescribeSnapshotsResponse/>',
      '<DescribeSnapshotsResponse></DescribeSnapshotsResponse>',
      wrap(item.replace('snap-1', '<![CDATA[snap-1]]>')),
      wrap(item.replace('snap-1', 'snap-&#49;')),
      wrap(item.replace('<status>completed</status>', '')),
      wrap(item.replace('2026-11-20T11:00:00.123Z', 'yesterday')),
      wrap(item.replace('<volumeSize>8', '<volumeSize>eight')),
      wrap(`<!-- a comment -->${item}`),
      wrap(item + item.replace('</item>', '')),
      `${whole}<more/>`,
      whole.replaceAll('snapshotSet', 'snapshots'),
    ])
      expect(scan(strange), strange).toBeNull()
  })
})

describe('reading by a window of the body', () => {
  const page = wrap(
    snapshotXml({
      id: 'snap-1',
      volume: 'vol-1',
      startedAt: '2026-11-20T11:00:00.123Z',
      description: 'Created by CreateImage(i-1) for ami-1',
      tags: { Name: 'Café 日本 𝒳', Owner: 'Zoë & 日本' },
    }).replaceAll('&#38;', '&amp;') + item,
    '<nextToken>a+b/c=</nextToken><odd/>',
  )

  it('reads the same whatever the window cuts in two: tags, numbers, characters of several bytes', () => {
    const whole = scan(page)
    expect(whole?.items).toMatchObject([
      { isOfImage: true, owner: 'Zoë & 日本' },
      { id: 'snap-1', sizeGib: 8 },
    ])
    expect(whole?.next).toBe('a+b/c=')
    for (let bytes = 1; bytes < page.length; bytes++) expect(scan(page, bytes)).toEqual(whole)
    const volumes = Buffer.from(
      volumePage(named(volumeXml({ id: 'vol-1', attachedTo: 'i-1', tags: { Name: 'Café & 日本' } }))),
    )
    expect(scanVolumes(volumes)?.items).toMatchObject([{ name: 'Café & 日本', attached: [{ instance: 'i-1' }] }])
    for (let bytes = 1; bytes < 400; bytes++) expect(scanVolumes(volumes, bytes)).toEqual(scanVolumes(volumes))
  })

  it('makes the same of anything, by whatever window', () => {
    fc.assert(
      fc.property(
        fc.array(snapshot, { maxLength: 4 }),
        fc.nat(3000),
        fc.constantFrom('', '<', '>', '</item>', '<!-- x -->', '&', '<item/>', '</snapshotSet>'),
        fc.integer({ min: 1, max: 300 }),
        (snapshots, at, odd, bytes) => {
          const text = wrap(snapshots.map(snapshotXml).join(''))
          const answer = text.slice(0, at) + odd + text.slice(at)
          expect(scan(answer, bytes)).toEqual(scan(answer))
          expect(scan(text.slice(0, at), bytes)).toEqual(scan(text.slice(0, at)))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('reads an item that is larger than the window, and pages of more than a thousand', async () => {
    const long = wrap(
      snapshotXml({
        id: 'snap-1',
        volume: 'vol-1',
        startedAt: '2026-11-20T11:00:00.123Z',
        description: 'x'.repeat(300_000),
        tags: { owner: 'dba', more: 'y'.repeat(100_000) },
      }) + item,
    )
    expect(scan(long)).toEqual(await bySdk(long))
    const many = wrap(item.repeat(2500))
    expect(scan(many)).toEqual(await bySdk(many))
  })

  it('leaves to the SDK what is cut, goes on after its end, or is compressed', () => {
    for (const bytes of [1, 7, 64]) {
      const end = page.lastIndexOf('>') + 1
      for (let length = 0; length < end; length++) expect(scan(page.slice(0, length), bytes)).toBeNull()
      expect(scan(`${page}<more/>`, bytes)).toBeNull()
      expect(scan(page + page, bytes)).toBeNull()
      expect(scan(gzipSync(page), bytes)).toBeNull()
    }
  })
})

const volumePage = (items: string) =>
  `<DescribeVolumesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><volumeSet>${items}</volumeSet></DescribeVolumesResponse>`

/** As AWS escapes: the five that XML names. */
const named = (xml: string) =>
  xml.replace(
    /&#(38|60|62|34|39);/g,
    (_, code: string) => `&${{ 38: 'amp', 60: 'lt', 62: 'gt', 34: 'quot', 39: 'apos' }[code]};`,
  )

describe('reading DescribeVolumes without the SDK', () => {
  it('finds what the SDK finds, or leaves it to the SDK, whatever tags hold', async () => {
    const volume = fc.record(
      {
        id: fc.stringMatching(/^vol-[0-9a-f]{8,17}$/),
        createdAt: date,
        state: fc.constantFrom('in-use', 'available', 'error', 'something-new'),
        attachedTo: fc.stringMatching(/^i-[0-9a-f]{8}$/),
        tags: fc.dictionary(
          text.filter((key) => key !== ''),
          text,
          { maxKeys: 3 },
        ),
      },
      { requiredKeys: ['id'] },
    )
    let read = 0
    await fc.assert(
      fc.asyncProperty(fc.array(volume, { maxLength: 3 }), async (volumes) => {
        const answer = volumePage(named(volumes.map(volumeXml).join('')))
        const ours = scanVolumes(Buffer.from(answer))
        if (ours === null) return
        read += 1
        body = answer
        const { Volumes } = await client.send(new DescribeVolumesCommand({}))
        expect(ours.items).toEqual(Volumes?.map(volumeOf))
      }),
      { numRuns: 150 },
    )
    expect(read).toBeGreaterThan(50)
  })

  it('reads names as people write them, and leaves to the SDK what readers of XML differ on', () => {
    const tags = (value: string) =>
      volumePage(
        volumeXml({ id: 'vol-1' }).replace('<tagSet/>', `<tagSet><item><key>Name</key>${value}</item></tagSet>`),
      )
    const tagsOf = (value: string) => scanVolumes(Buffer.from(tags(value)))?.items[0]?.tags
    expect(tagsOf('<value>Café &amp; 日本 &lt;/item&gt;</value>')).toEqual({ Name: 'Café & 日本 </item>' })
    expect(tagsOf('<value/>')).toEqual({ Name: '' })
    for (const odd of [
      '<value> x</value>',
      '<value>&#65;</value>',
      '<value><![CDATA[x]]></value>',
      '<value>a\nb</value>',
      '',
    ])
      expect(tagsOf(odd), odd).toBeUndefined()
    expect(
      scanVolumes(Buffer.from(volumePage(volumeXml({ id: 'vol-1' }).replace('<createTime>', '<createTime>x')))),
    ).toBeNull()
  })
})
