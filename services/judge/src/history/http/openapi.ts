import helmet from '@fastify/helmet'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { describeProblem } from '../../lib/problem-responses.ts'
import { sharedSchemas } from './shared-schemas.ts'

/**
 * Serves the OpenAPI document at `/api/openapi.json`, generated from the schemas of the routes, and
 * its pages at `/docs`. Call it on the root instance before any route is added: the document
 * contains only later ones.
 */
export async function describeApi(app: FastifyInstance): Promise<void> {
  for (const schema of sharedSchemas) app.addSchema(schema)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Codex Judge',
        version: '1',
        description:
          'Decides whether the runs of a coding agent finished their issues. Errors are ' +
          'problem details (RFC 9457) with a stable `code`. A path answers 405 to a method ' +
          'that it does not have.',
      },
      components: {
        securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
        // No operation answers it, because it belongs to the methods that a path does not have.
        responses: {
          MethodNotAllowed: describeProblem(405, { $ref: '#/components/schemas/Problem' }),
        },
      },
      security: [{}, { token: [] }],
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) =>
        typeof json.$id === 'string' ? json.$id : `schema-${index}`,
    },
  })
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { deepLinking: true, docExpansion: 'list' },
  })
}

/**
 * Sets security headers: pages run only our own scripts, cannot be framed, and load nothing from
 * other origins. HSTS is left to the proxy that terminates TLS; on a plain local port it would lock
 * people out.
 */
export async function installSecurityHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'", 'data:'],
        // Components set inline styles; without foreign scripts these can only change the looks.
        styleSrc: ["'self'", "'unsafe-inline'"],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
  })
}
