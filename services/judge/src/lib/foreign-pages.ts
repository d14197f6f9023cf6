import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from './problem.ts'

const loopbackName =
  /^(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[?(?:::1|::ffff:127(?:\.\d{1,3}){3})\]?)$/i

/** True for a name or an address that only this machine can reach. */
export const isLoopback = (host: string): boolean => loopbackName.test(host)

/**
 * Whether the request comes from a page of this service. Browsers send `Origin` with every write;
 * programs send none.
 */
export function isOwnOrigin(request: FastifyRequest, publicUrl: string): boolean {
  const { origin } = request.headers
  return origin === new URL(publicUrl).origin || origin === `${request.protocol}://${request.host}`
}

export interface PageRules {
  /** The base URL of the service, as browsers see it. */
  readonly publicUrl: string
  /**
   * Whether only this machine reaches the service, and something needs no token. A page whose name
   * was made to resolve to this machine could then read and write as a program does here.
   */
  readonly isOpenOnLoopback: boolean
}

/**
 * Refuses what pages of other sites make a browser send: writes with their `Origin`, and requests
 * that reached this machine by a foreign name (DNS rebinding).
 */
export function refuseForeignPages(
  app: FastifyInstance,
  { publicUrl, isOpenOnLoopback }: PageRules,
): void {
  const publicHost = new URL(publicUrl).hostname
  app.addHook('onRequest', async (request) => {
    const { hostname, method, headers } = request
    if (isOpenOnLoopback && hostname !== publicHost && !isLoopback(hostname))
      throw new Problem(
        'forbidden',
        `This service is not reached as "${hostname.slice(0, 100)}"; ` +
          'use its address, or set PUBLIC_URL to the name.',
      )
    const reads = method === 'GET' || method === 'HEAD'
    if (!reads && headers.origin !== undefined && !isOwnOrigin(request, publicUrl))
      throw new Problem('forbidden', 'Only pages of this service may send this request.')
  })
}
