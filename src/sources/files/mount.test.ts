import { describe, expect, test } from 'vitest'
import { LookError } from './look-error.ts'
import { mountOf, onLiveMount } from './mount.ts'

const TABLE = [
  '22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw',
  '30 22 0:40 / /mnt/nas rw - nfs nas:/export rw',
  '33 22 0:43 / /mnt/twice rw - ext4 /dev/sdc1 rw',
  '34 33 0:44 / /mnt/twice rw shared:1 master:2 - nfs nas:/x rw',
  '31 22 0:41 / /mnt/my\\040disk rw - ext4 /dev/sdb1 rw',
  '32 30 0:42 / /mnt/nas/deep rw - nfs nas:/deep rw',
  'garbage',
].join('\n')

test.each([
  ['/srv/dumps', '/'],
  ['/mnt/nas', '/mnt/nas'],
  ['/mnt/nas/dumps', '/mnt/nas'],
  ['/mnt/nas2/dumps', '/'],
  ['/mnt/nas/deep/x', '/mnt/nas/deep'],
  ['/mnt/my disk/x', '/mnt/my disk'],
])('%s is on the mount %s', (path, point) => {
  expect(mountOf(path, TABLE)).toEqual({ point, isLocal: !point.startsWith('/mnt/nas') })
  expect(mountOf(path, null)).toEqual({ point: path, isLocal: false })
})

describe('a mount that hangs', () => {
  test('ends the look at its time limit, and is left alone until it answers', async () => {
    const path = '/proc/self'
    let answer: (value: string) => void = () => {}
    const controller = new AbortController()
    const first = onLiveMount(path, controller.signal, () => new Promise<string>((resolve) => (answer = resolve)))
    // the mount itself has answered once the work has begun
    await expect.poll(() => answer.length).toBe(1)
    controller.abort()
    await expect(first).rejects.toThrow(LookError)
    await expect(first).rejects.toThrow(/did not answer/)

    let runs = 0
    const work = async () => ++runs
    await expect(onLiveMount(path, AbortSignal.timeout(30), work)).rejects.toThrow(/did not answer/)
    expect(runs).toBe(0)

    const waiting = onLiveMount(path, AbortSignal.timeout(5000), work)
    answer('at last')
    await expect(waiting).resolves.toBe(1)
    await expect(onLiveMount(path, AbortSignal.timeout(5000), work)).resolves.toBe(2)
  })

  test('what the work itself says of its fault is said', async () => {
    const fault = { kind: 'denied', message: 'no', advice: null } as const
    const work = () => Promise.reject(new LookError(fault))
    await expect(onLiveMount('/', AbortSignal.timeout(5000), work)).rejects.toMatchObject({ fault })
  })
})

test('what is mounted over another mount hides it', () => {
  expect(mountOf('/mnt/twice/x', TABLE)).toEqual({ point: '/mnt/twice', isLocal: false })
})
