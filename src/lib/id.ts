import { randomBytes } from 'node:crypto'

/** Random bytes for many ids: asking for eight costs as much as asking for thousands. */
const POOL_BYTES = 4096
let pool = Buffer.alloc(0)
let used = POOL_BYTES

let lastMs = 0
let counter = 0

/** A UUID version 7 (RFC 9562): in one process each is greater than the one before, so ids sort as they were made. */
export function newId(now: number = Date.now()): string {
  // never backwards, even when the clock jumps: order within a process matters more than the stamp
  if (now > lastMs) {
    lastMs = now
    counter = randomBytes(2).readUInt16BE() & 0x7ff
  } else if (++counter > 0xfff) {
    lastMs += 1
    counter = 0
  }
  const time = lastMs.toString(16).padStart(12, '0')
  if (used === POOL_BYTES) {
    pool = randomBytes(POOL_BYTES)
    used = 0
  }
  const tail = pool.subarray(used, used + 8)
  used += 8
  tail[0] = ((tail[0] ?? 0) & 0x3f) | 0x80
  const rest = tail.toString('hex')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${rest.slice(0, 4)}-${rest.slice(4)}`
}
