import fastifyCookie from '@fastify/cookie'
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { createRouteOptions } from '../http/route-options.ts'
import { SESSION_COOKIE_NAME, type Sessions } from '../http/session.ts'
import { sessionBody } from './body-schemas.ts'
import { readBody } from './request-body.ts'

/** Opening and closing the session of the console. */
export async function registerSessionRoutes(
  app: FastifyInstance,
  sessions: Sessions,
): Promise<void> {
  await app.register(fastifyCookie)
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
