/** A store of COUNT dumps whose names have no order, in a process of its own; the newest lies somewhere in the middle. */
import { startS3 } from '../../test/fakes/s3-server.ts'
import { keyOf, NOW } from '../s3-list.ts'

const count = Number(process.argv[2])
const objects = Array.from({ length: count }, (_, index) => ({
  key: keyOf(index),
  lastModifiedAt: NOW - (((index * 7919) % count) + 1) * 60_000,
}))
objects.push({ key: keyOf(count), lastModifiedAt: NOW - 30_000 })
const s3 = await startS3({ objects })
process.send?.(s3.url)
process.on('message', () => process.send?.(s3.requests.length))
