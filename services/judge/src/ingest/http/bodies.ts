import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from '../../lib/problem.ts'
import { readJson, utf8 } from '../parse/json.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The route takes its body as bytes. Without it a body is JSON, whatever its Content-Type says.
     */
    rawBody?: true
  }
}

/** No event, and no request of a person, is larger. */
export const maxBody = 2 * 1024 * 1024

/**
 * What is still read of a body that is too large. Answering while the sender is writing resets its
 * connection, and it would see a broken pipe instead of why; reading on for ever would be worse.
 */
const maxDrained = 32 * 1024 * 1024

/**
 * A media type as Fastify can parse it. Others would be refused with 415, which this service never
 * answers.
 */
const mediaType = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;.*)?$/

/**
 * How every route of the service gets its body: complete, bounded, and never refused for its
 * Content-Type. Routes that ask for `rawBody` get a Buffer; others get the JSON value, or undefined
 * where there is no body. Call it on the root instance before any route is added.
 */
export function installBodies(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    const type = request.raw.headers['content-type']
    if (type !== undefined && !mediaType.test(type)) delete request.raw.headers['content-type']
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', async (request: FastifyRequest) => {
    const bytes = await readBody(request)
    if (request.routeOptions.config.rawBody || request.is404) return bytes
    return bytes.length === 0 ? undefined : jsonIn(bytes)
  })
}

/** The bytes of a route that takes them raw; none where the request has no body. */
export const bytesOf = (request: FastifyRequest): Buffer =>
  Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)

async function readBody(request: FastifyRequest): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > maxDrained) throw tooLarge()
  const chunks: Buffer[] = []
  let length = 0
  try {
    // Leaving the loop must not destroy the connection over which we still have to answer.
    for await (const chunk of request.raw.iterator({ destroyOnReturn: false })) {
      const bytes = chunk as Buffer
      length += bytes.length
      if (length > maxDrained) break
      if (length <= maxBody) chunks.push(bytes)
    }
  } catch {
    throw new Problem('bad_request', 'The body broke off before its end.')
  }
  if (length > maxBody) throw tooLarge()
  return Buffer.concat(chunks, length)
}

const tooLarge = (): Problem => new Problem('too_large', `A body may have ${maxBody} bytes.`)

function jsonIn(bytes: Buffer): unknown {
  const text = utf8(bytes)
  if (text === null) throw new Problem('bad_request', 'The body is not UTF-8.')
  const reading = readJson(text)
  if (reading.kind === 'fault') throw new Problem('bad_request', reading.fault.message)
  return reading.value
}
