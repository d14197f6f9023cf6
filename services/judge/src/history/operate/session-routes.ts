import fastifyCookie from '@fastify/cookie'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { visitorSchema } from '../http/overview-schemas.ts'
import { createRouteOptions } from '../http/route-options.ts'
import { SESSION_COOKIE_NAME, type Sessions } from '../http/session.ts'
import { sessionBody } from './body-schemas.ts'
import { readBody } from './request-body.ts'

/** What a page must know of its visitor. `name` null: the visitor has not signed in. */
export interface VisitorView {
  readonly name: string | null
  readonly may: readonly ('read' | 'act')[]
  readonly needed: boolean
}

interface SessionRouteDeps {
  readonly sessions: Sessions
  readonly describeVisitor: (request: FastifyRequest) => VisitorView
}

/** Asking about, opening and closing the session of the console. */
export async function registerSessionRoutes(
  app: FastifyInstance,
  { sessions, describeVisitor }: SessionRouteDeps,
): Promise<void> {
  await app.register(fastifyCookie)
  app.get(
    '/api/session',
    createRouteOptions({
      tag: 'session',
      summary: 'Tell who asks and what that one may do. The cookie itself cannot be read by pages.',
      responses: { 200: visitorSchema },
      problems: [401, 429],
    }),
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      return { ok: true, ...describeVisitor(request) }
    },
  )
  app.post(
    '/api/session',
    createRouteOptions({
      tag: 'session',
      summary: 'Open a console session with the token of an operator or a reader.',
      body: sessionBody,
      responses: { 204: Type.Null({ description: 'The session cookie is set.' }) },
      problems: [401, 422, 429],
    }),
    async (request, reply) => {
      const { token } = readBody(sessionBody, request.body)
      const cookie = sessions.open(token, request.ip)
      return reply.setCookie(SESSION_COOKIE_NAME, cookie, sessions.cookieOptions).code(204).send()
    },
  )
  app.delete(
    '/api/session',
    createRouteOptions({
      tag: 'session',
      summary: 'Close the console session.',
      responses: { 204: Type.Null({ description: 'The session cookie is cleared.' }) },
      problems: [403],
    }),
    async (_request, reply) => {
      return reply.clearCookie(SESSION_COOKIE_NAME, sessions.cookieOptions).code(204).send()
    },
  )
}
