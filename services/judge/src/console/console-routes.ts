import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ConsoleBuild } from './build.ts'
import { renderNotice } from './notice.ts'

/** What the console's pages may load and do: only what this service serves, and nothing inline. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** The addresses of pages; what they show, or that it does not exist, is found by the browser. */
const pagePaths = [
  '/',
  '/runs/:id',
  '/issues/:owner/:repo/:number',
  '/inbox',
  '/inbox/:id',
  '/insights',
  '/agents',
  '/quarantine',
  '/policy',
  '/sign-in',
]

/** Paths below which only programs ask, or which have pages of their own. */
const foreignPaths = /^\/(?:api|docs|webhooks|metrics|livez|readyz|health|assets)(?:\/|$)/

/** The current state of the console's files; it changes once, when they are built. */
export type ReadConsoleBuild = () => ConsoleBuild

/**
 * Serves the console. Its pages need no token, because they hold nothing: what they show is read
 * from the API with the reader's session. Programs that do not accept HTML get the problem
 * documents that they would get without it.
 */
export async function registerConsoleRoutes(
  app: FastifyInstance,
  readBuild: ReadConsoleBuild,
): Promise<void> {
  await app.register(fastifyStatic, {
    root: import.meta.dirname,
    serve: false,
    preCompressed: true,
  })
  const hidden = { schema: { hide: true } }
  for (const path of pagePaths)
    app.get(path, hidden, async (request, reply) =>
      acceptsHtml(request) ? sendPage(reply, readBuild(), 200) : reply.callNotFound(),
    )
  app.get<{ Params: { '*': string } }>('/assets/*', hidden, async (request, reply) => {
    const build = readBuild()
    if (build.kind !== 'built') return reply.callNotFound()
    return reply.sendFile(`assets/${request.params['*']}`, build.directory, {
      immutable: true,
      maxAge: '365d',
    })
  })
}

/** Whether an unknown path was asked for by a person with a browser. */
export const wantsPage = (request: FastifyRequest): boolean =>
  (request.method === 'GET' || request.method === 'HEAD') &&
  /\btext\/html\b/.test(request.headers.accept ?? '') &&
  !foreignPaths.test(request.url)

function acceptsHtml({ headers: { accept } }: FastifyRequest): boolean {
  return accept === undefined || /\btext\/(?:html|\*)|\*\/\*/.test(accept)
}

/** The one document of the console, or a page that says why there is none yet. */
export function sendPage(reply: FastifyReply, build: ConsoleBuild, status: number): FastifyReply {
  reply
    .header('content-security-policy', CONTENT_SECURITY_POLICY)
    .header('cache-control', 'no-cache')
    .type('text/html; charset=utf-8')
  if (build.kind !== 'built')
    return reply.code(503).header('retry-after', '2').send(renderNotice(build))
  return reply.code(status).sendFile('index.html', build.directory, { cacheControl: false })
}
