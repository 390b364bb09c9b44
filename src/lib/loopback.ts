import { isIP } from 'node:net'

/** Whether only this machine reaches the address. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true
  return isIP(host) === 4 ? host.startsWith('127.') : /^(?:0*:)*:?0*1$/.test(host) && isIP(host) === 6
}
