import type {
  FastifyInstance,
  FastifyReply,
  preHandlerAsyncHookHandler,
  RouteShorthandOptions,
} from 'fastify'
import Type, { type TProperties, type TSchema } from 'typebox'
import { describeOutage } from '../../adapters/postgres/transact.ts'
import { createUnavailableProblem } from '../../lib/problem.ts'
import { describeProblems, listProblemStatuses } from '../../lib/problem-responses.ts'
import type { IdempotentResponse } from '../operate/idempotency.ts'
import type { RunReader } from '../runs/present-run.ts'
import { createNotFoundProblem, type Query } from './query.ts'

export type GuardRole = 'ingest' | 'operator' | 'read'

/** A hook that admits only requests with one of the roles. */
export type Guard = (
  role: GuardRole,
  ...otherRoles: readonly GuardRole[]
) => preHandlerAsyncHookHandler

/**
 * Sets up what the routes of a plugin share. Their schemas only describe the API: handlers validate
 * requests, because they can name every fault, and responses are sent as returned.
 */
export function installRouteDefaults(app: FastifyInstance): void {
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  app.setErrorHandler((error) => {
    const outage = describeOutage(error)
    throw outage === null ? error : createUnavailableProblem(outage)
  })
}

/** What every route that reads needs. */
export interface ReadRouteDeps extends RunReader {
  readonly guard: Guard
}
export interface IdRoute {
  Params: { id: string }
}
export interface QueryRoute {
  Querystring: Query
}

/** Describes the parameters of a path that names a verdict of a run. */
export const verdictParams = {
  id: Type.String({ format: 'uuid' }),
  verdictId: Type.String({ format: 'uuid' }),
} as const

/** Describes the parameter of a path that is an id. */
export const idParams = { id: Type.String({ format: 'uuid' }) } as const

/** Describes a parameter of a query that must not be empty. */
export const requiredParam = (description: string) =>
  Type.String({ minLength: 1, pattern: '\\S', description })

/** Describes a parameter of a query that is one of a few texts; an empty one counts as absent. */
export const choiceParam = (values: readonly string[], description: string) =>
  Type.Optional(Type.String({ enum: [...values, ''], description }))

/** Describes a parameter of a query that is any of a few texts, separated by commas. */
export const choicesParam = (values: readonly string[], description: string) =>
  Type.Optional(
    Type.String({ pattern: `^(${values.join('|')})?(,(${values.join('|')}))*$`, description }),
  )

/** Describes a parameter of a query that is an amount of money. */
export const amountParam = (description: string) =>
  Type.Optional(Type.String({ pattern: '^(>?\\d{1,9}(\\.\\d{1,6})?)?$', description }))

/** Describes a parameter of a query that is the number of an issue. */
export const numberParam = (description: string) =>
  Type.Integer({ minimum: 1, maximum: 2_147_483_647, description })

/** Describes a parameter of a query that is a time; an empty one counts as absent. */
export const timeParam = (description: string) =>
  Type.Optional(
    Type.Union([Type.String({ format: 'date-time' }), Type.Literal('')], { description }),
  )

/** Describes the query parameter `limit`. */
export const LIMIT_DESCRIPTION = 'The maximum number of results; larger values are reduced.'

/** For the right-hand side of `??`, after a lookup by id. */
export const throwNotFound = (): never => {
  throw createNotFoundProblem()
}

export interface RouteDescription {
  readonly summary: string
  readonly tag: string
  /** By name: the schema of a parameter, or the description of an optional text. */
  readonly query?: Readonly<Record<string, string | TSchema>>
  /** The parameters of the path. */
  readonly params?: Readonly<Record<string, TSchema>>
  readonly body?: TSchema
  /** The response schema of each status, or its description by media type. */
  readonly responses: Readonly<Record<number, TSchema | MediaResponse>>
  /** Statuses of problems, beside those that any route may answer. */
  readonly problems?: readonly number[]
  readonly guard?: preHandlerAsyncHookHandler
}

/** A successful response that is not JSON. */
export interface MediaResponse {
  readonly description: string
  readonly content: Readonly<Record<string, { readonly schema: TSchema }>>
}

/** A response that is a text of a media type. */
export const textResponse = (mediaType: string, description: string): MediaResponse => ({
  description,
  content: { [mediaType]: { schema: Type.String() } },
})

/** A reference to a shared schema. */
export const refSchema = (name: string) => Type.Ref(name)
/** An array of a shared schema. */
export const listSchema = (name: string) => Type.Array(refSchema(name))
/** The body of a successful response: `ok: true` and further properties. */
export const okSchema = (properties: TProperties = {}) =>
  Type.Object({ ok: Type.Literal(true), ...properties })

/** Options of a route: its guard, and its description in the OpenAPI document. */
export function createRouteOptions({
  summary,
  tag,
  query,
  params,
  body,
  responses,
  problems = [],
  guard,
}: RouteDescription): RouteShorthandOptions {
  const traits = { guarded: guard !== undefined, takesBody: body !== undefined }
  // A path with an id may also hold one that cannot be decoded.
  const undecodable = problems.includes(404) ? [400] : []
  const problemStatuses = [...listProblemStatuses(traits), ...undecodable, ...problems]
  return {
    ...(guard ? { onRequest: guard } : {}),
    schema: {
      summary,
      tags: [tag],
      ...(query
        ? {
            querystring: Type.Object(
              Object.fromEntries(
                Object.entries(query).map(([name, described]) => [
                  name,
                  typeof described === 'string'
                    ? Type.Optional(Type.String({ description: described }))
                    : described,
                ]),
              ),
            ),
          }
        : {}),
      ...(params ? { params: Type.Object(params) } : {}),
      ...(body ? { body } : {}),
      response: {
        ...responses,
        ...describeProblems(problemStatuses, refSchema('Problem')),
      },
    },
  }
}

/** Sends a response, which may be the stored problem of an earlier request. */
export function sendResponse(
  reply: FastifyReply,
  { status, body }: IdempotentResponse,
): FastifyReply {
  return reply
    .code(status)
    .type(status >= 400 ? 'application/problem+json' : 'application/json; charset=utf-8')
    .send(body)
}
