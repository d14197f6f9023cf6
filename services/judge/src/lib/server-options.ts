import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyHttpOptions, FastifyReply, FastifyRequest } from 'fastify'
import type { Millis } from './instant.ts'
import { buildProblemBody, Problem, problemCodes, sendProblem } from './problem.ts'

export interface ArrivalLimits {
  /** How long the headers may take to arrive, in milliseconds. */
  readonly headers: Millis
  /**
   * How long a whole request, body included, may take to arrive, in milliseconds. A response (a
   * stream of events) may last for ever.
   */
  readonly request: Millis
}

/** More than any name or id has; Fastify answers 400 to a longer one. */
const MAX_PARAM_LENGTH = 2_000

const defaultLimits: ArrivalLimits = { headers: 10_000, request: 30_000 }

/**
 * Options that only the constructor of Fastify takes: time limits for slow requests, and problem
 * details for input that never becomes a request (an undecodable path, bytes that are not HTTP, a
 * body that does not arrive in time).
 */
export const createServerOptions = (limits: ArrivalLimits = defaultLimits) =>
  ({
    requestTimeout: limits.request,
    // A longer id does not exist, like any other that no one gave.
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    http: {
      headersTimeout: limits.headers,
      connectionsCheckingInterval: Math.max(
        20,
        Math.floor(Math.min(limits.headers, limits.request) / 10),
      ),
    },
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) => {
      sendProblem(reply, new Problem('bad_request', error.message))
    },
    clientErrorHandler: answerClientError,
  }) satisfies FastifyHttpOptions<Server>

function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy(error)
  const isTimeout = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
  const problem = isTimeout
    ? new Problem('timeout', 'The request did not arrive completely in time.')
    : new Problem('bad_request', 'The bytes are not an HTTP request.')
  const body = JSON.stringify(buildProblemBody(problem))
  const { status } = problemCodes[problem.code]
  socket.end(
    `HTTP/1.1 ${status} ${isTimeout ? 'Request Timeout' : 'Bad Request'}\r\n` +
      'content-type: application/problem+json\r\n' +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}
