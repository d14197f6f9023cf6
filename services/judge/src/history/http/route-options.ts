import type {
  FastifyInstance,
  FastifyReply,
  preHandlerAsyncHookHandler,
  RouteShorthandOptions,
} from 'fastify'
import type { Kysely } from 'kysely'
import Type, { type TProperties, type TSchema } from 'typebox'
import { isAway } from '../../adapters/postgres/transact.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { unavailable } from '../../lib/problem.ts'
import type { Answer } from '../operate/idempotency.ts'
import { notHere, type Query } from './query.ts'

export type Role = 'ingest' | 'operator' | 'read'

/** A hook that lets pass who has the role, or one of the others named. */
export type Guard = (role: Role, ...orToo: readonly Role[]) => preHandlerAsyncHookHandler

/**
 * What the routes of one plugin have in common. Schemas describe and do not judge: what comes in is
 * read by the handlers, which can name every fault, and what goes out is what they return.
 */
export function describeOnly(app: FastifyInstance): void {
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  app.setErrorHandler((error) => {
    throw isAway(error)
      ? unavailable('PostgreSQL is away; nothing can be read or written now.')
      : error
  })
}

/** What a route that reads is made of. */
export interface Reading {
  readonly db: Kysely<DB>
  readonly guard: Guard
}
export interface ById {
  Params: { id: string }
}
export interface Asking {
  Querystring: Query
}

/** What the API's document says of every `limit`. */
export const limits = 'How many, clamped to what is allowed.'

/** For the right-hand side of `??`: what was looked for by its id is not there. */
export const missing = (): never => {
  throw notHere()
}

interface Described {
  readonly summary: string
  readonly tag: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: TSchema
  /** Status → what is answered. */
  readonly answers: Readonly<Record<number, TSchema>>
  /** Codes of problems beside those that any route may answer. */
  readonly problems?: readonly number[]
  readonly guard?: preHandlerAsyncHookHandler
}

export const ref = (name: string) => Type.Ref(name)
export const listOf = (name: string) => Type.Array(ref(name))
export const ok = (properties: TProperties = {}) =>
  Type.Object({ ok: Type.Literal(true), ...properties })

/** The options of a route: who may take it, and what it says of itself in the API's document. */
export function route({
  summary,
  tag,
  query,
  body,
  answers,
  problems = [],
  guard,
}: Described): RouteShorthandOptions {
  const refusals = [...problems, ...(guard ? [401, 403] : []), 503]
  return {
    ...(guard ? { onRequest: guard } : {}),
    schema: {
      summary,
      tags: [tag],
      ...(query
        ? {
            querystring: Type.Object(
              Object.fromEntries(
                Object.entries(query).map(([name, description]) => [
                  name,
                  Type.Optional(Type.String({ description })),
                ]),
              ),
            ),
          }
        : {}),
      ...(body ? { body } : {}),
      response: {
        ...answers,
        ...Object.fromEntries(
          refusals.map((status) => [
            status,
            {
              description: 'Problem details.',
              content: { 'application/problem+json': { schema: ref('Problem') } },
            },
          ]),
        ),
      },
    },
  }
}

/** Sends an answer that may be a problem, as one that is said again is. */
export function send(reply: FastifyReply, { status, body }: Answer): FastifyReply {
  return reply
    .code(status)
    .type(status >= 400 ? 'application/problem+json' : 'application/json; charset=utf-8')
    .send(body)
}
