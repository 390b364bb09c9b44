import type { FastifyInstance } from 'fastify'
import { codeOf } from '../lib/error-code.ts'
import { UnavailableError } from './errors.ts'

/** Listens at the address. Throws UnavailableError, which says why it can't be had. */
export async function listen(server: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await server.listen({ host, port })
  } catch (cause) {
    const why = WHY[codeOf(cause) ?? '']
    if (!why) throw cause
    const address = `${host.includes(':') ? `[${host}]` : host}:${port}`
    throw new UnavailableError(`can't listen at ${address}: ${why} (server.listen in the configuration, or --listen)`, {
      cause,
    })
  }
}

const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there already; stop it, or take another port',
  EACCES: 'this user may not use this port; take one above 1023',
  EADDRNOTAVAIL: 'this machine does not have that address',
  ENOTFOUND: 'there is no host of this name',
  EAI_AGAIN: 'the name of the host can not be looked up now',
}
