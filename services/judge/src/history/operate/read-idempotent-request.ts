import type { FastifyRequest } from 'fastify'
import { Problem } from '../../lib/problem.ts'
import type { IdempotentRequest } from './idempotency.ts'

/** Throws `bad_request` if the key is empty or too long. */
export function readIdempotentRequest(request: FastifyRequest): IdempotentRequest {
  const key = [request.headers['idempotency-key'] ?? []].flat()[0]
  if (key !== undefined && (key.trim() === '' || key.length > 255)) {
    throw new Problem('bad_request', 'An Idempotency-Key must have 1 to 255 characters.')
  }
  return {
    route: `${request.method} ${spellPath(request)}`,
    key: key?.trim() ?? null,
    body: request.body,
  }
}

/** The path with its parameters in one spelling: decoded, and ids in lower case. */
function spellPath({ routeOptions: { url = '' }, params }: FastifyRequest): string {
  const values = new Map<string, unknown>(isObject(params) ? Object.entries(params) : [])
  return url.replaceAll(/:(\w+)/g, (_, name: string) => String(values.get(name)).toLowerCase())
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
