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

/** CloudEvents attributes and a cookie take less than half of it. */
const MAX_HEADER_BYTES = 16_384

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
      maxHeaderSize: MAX_HEADER_BYTES,
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
    : error.code === 'HPE_HEADER_OVERFLOW'
      ? new Problem('bad_request', `The headers are larger than ${MAX_HEADER_BYTES / 1_024} KiB.`)
      : new Problem('bad_request', 'The bytes are not an HTTP request.')
  endWithProblem(socket, problem, isTimeout ? 'Request Timeout' : 'Bad Request')
}

/**
 * Answers on a bare connection, and closes it. A client that does not close its side cannot keep
 * the socket.
 */
export function endWithProblem(socket: Socket, problem: Problem, statusText: string): void {
  const body = JSON.stringify(buildProblemBody(problem))
  const headers = {
    ...problem.options.headers,
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const { status } = problemCodes[problem.code]
  socket.write(`HTTP/1.1 ${status} ${statusText}\r\n${lines.join('')}\r\n${body}`)
  socket.destroySoon()
}
