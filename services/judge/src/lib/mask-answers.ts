import type { FastifyInstance } from 'fastify'
import { type Mask, maskJson } from './mask.ts'

/**
 * Masks everything that the API answers, whatever route it comes from: JSON, problems, prompts and
 * metrics. It is the last of several places that mask: what is stored is masked when it is read or
 * written, but names that are compared with those of other systems are not. Call it before the
 * routes are added. Streams of events mask what they send themselves.
 */
export function maskAnswers(app: FastifyInstance, mask: Mask): void {
  app.addHook('onSend', async (_request, reply, payload) => {
    if (typeof payload !== 'string' || payload === '') return payload
    const type = String(reply.getHeader('content-type') ?? '')
    if (/json/.test(type)) return maskJson(payload, mask)
    return /^text\/(?:plain|markdown)/.test(type) ? mask(payload) : payload
  })
}
