import type { FastifyInstance, FastifyRequest } from 'fastify'
import { createBodyRoom, type RequestRoom } from '../../lib/body-room.ts'
import { createUnavailableProblem, Problem } from '../../lib/problem.ts'
import { decodeUtf8, readJson } from '../parse/read-json.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The route gets its body as bytes. Otherwise a body is JSON, whatever its Content-Type.
     */
    rawBody?: true
  }
}

/** The largest accepted event or request of a person. */
export const MAX_BODY_BYTES = 2 * 1024 * 1024

/**
 * How much of a too large body is still read. An answer while the sender writes resets the
 * connection, so that the sender would see a broken pipe instead of the reason.
 */
const MAX_DRAINED_BYTES = 32 * 1024 * 1024

/** Most messages have a few KiB; 32 of the largest fit at one time. */
const bodyRoom = { own: 64 * 1024, shared: 64 * 1024 * 1024 }

/** A media type that Fastify can parse. It would refuse any other with 415. */
const parsableMediaType = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;.*)?$/

/**
 * Gives every route its body complete and bounded, and refuses none for its Content-Type. A route
 * with `rawBody` gets a Buffer; any other the JSON value, or undefined without a body. Call it on
 * the root instance before any route is added.
 */
export function installBodyParser(app: FastifyInstance): void {
  const room = createBodyRoom(bodyRoom)
  const rooms = new WeakMap<FastifyRequest, RequestRoom>()
  app.addHook('onRequest', async (request, reply) => {
    if (mayBeLarge(request)) {
      const own = room.open()
      rooms.set(request, own)
      reply.raw.once('close', own.close)
    }
    const type = request.raw.headers['content-type']
    if (type !== undefined && !parsableMediaType.test(type))
      delete request.raw.headers['content-type']
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', async (request: FastifyRequest) => {
    const bytes = await readRequestBytes(request, rooms.get(request) ?? null)
    if (request.routeOptions.config.rawBody || request.is404) return bytes
    return bytes.length === 0 ? undefined : parseJsonBody(bytes)
  })
}

/** The body of a `rawBody` route; empty if the request has none. */
export const getBodyBytes = (request: FastifyRequest): Buffer =>
  Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)

const mayBeLarge = ({ raw: { headers } }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined ||
  Number(headers['content-length'] ?? 0) > bodyRoom.own

/** `room` is null for a body that is small enough for its own. */
async function readRequestBytes(
  request: FastifyRequest,
  room: RequestRoom | null,
): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > MAX_DRAINED_BYTES) throw createTooLargeProblem()
  const chunks: Buffer[] = []
  let length = 0
  let hasRoom = true
  try {
    // Leaving the loop must not destroy the connection, which still needs an answer.
    for await (const chunk of request.raw.iterator({ destroyOnReturn: false })) {
      const bytes = chunk as Buffer
      length += bytes.length
      if (length > MAX_DRAINED_BYTES) break
      hasRoom &&= length > MAX_BODY_BYTES || (room?.grow(length) ?? true)
      if (hasRoom && length <= MAX_BODY_BYTES) chunks.push(bytes)
      else {
        chunks.length = 0
        room?.close()
      }
    }
  } catch {
    throw new Problem('bad_request', 'The body ended early.')
  }
  if (length > MAX_BODY_BYTES) throw createTooLargeProblem()
  if (!hasRoom)
    throw createUnavailableProblem('Too many large requests are being read; send it again.')
  return Buffer.concat(chunks, length)
}

const createTooLargeProblem = (): Problem =>
  new Problem('too_large', `The body is larger than ${MAX_BODY_BYTES} bytes.`)

function parseJsonBody(bytes: Buffer): unknown {
  const text = decodeUtf8(bytes)
  if (text === null) throw new Problem('bad_request', 'The body is not UTF-8.')
  const reading = readJson(text)
  if (reading.kind === 'fault') throw new Problem('bad_request', reading.fault.message)
  return reading.value
}
