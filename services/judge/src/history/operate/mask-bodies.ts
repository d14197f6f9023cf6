import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Mask, maskStrings } from '../../lib/mask.ts'

/** Its body is the message itself, which is parsed as it was meant, and masked like any message. */
const REPLAY_URL = '/api/codex/quarantine/:id/replay'

/**
 * Masks secrets in what people write, for every route that is added afterwards: before it is stored
 * as a note, a prompt, a memory or the response for a repeated request. It runs after the guard of
 * the route.
 */
export function maskBodies(app: FastifyInstance, mask: Mask): void {
  const maskBody = async (request: FastifyRequest): Promise<void> => {
    if (typeof request.body === 'object') request.body = await maskStrings(request.body, mask)
  }
  app.addHook('onRoute', (route) => {
    if (route.method === 'POST' && route.url !== REPLAY_URL)
      route.preHandler = [route.preHandler ?? [], maskBody].flat()
  })
}
