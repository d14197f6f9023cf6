import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { describeOutage } from '../adapters/postgres/transact.ts'
import {
  type ReadConsoleBuild,
  registerConsoleRoutes,
  sendPage,
  wantsPage,
} from '../console/console-routes.ts'
import { describeApi, installSecurityHeaders } from '../history/http/openapi.ts'
import { registerOperateRoutes } from '../history/operate/operate-routes.ts'
import type { OperateDeps } from '../history/operate/write-route.ts'
import { type HistoryDeps, registerHistoryRoutes } from '../history/routes.ts'
import { installBodyParser } from '../ingest/http/body-parser.ts'
import { type IngestDeps, registerIngestRoutes } from '../ingest/http/routes.ts'
import { capConnections } from '../lib/connection-cap.ts'
import { type PageRules, refuseForeignPages } from '../lib/foreign-pages.ts'
import { maskAnswers } from '../lib/mask-answers.ts'
import { installProblemHandlers } from '../lib/problem.ts'
import { createServerOptions } from '../lib/server-options.ts'
import type { Trace } from '../lib/trace.ts'

export interface App {
  readonly server: FastifyInstance
  /** True while many write requests are in progress; the engine then delays its own work. */
  readonly isOverloaded: () => boolean
}

/** Senders and dashboards need some tens. An idle connection costs 20 kB. */
const MAX_CONNECTIONS = 2_000
/** The service is overloaded while more write requests than this are in progress. */
const OVERLOAD_REQUESTS_MIN = 12

export interface AppDeps {
  readonly log: FastifyBaseLogger
  readonly ingest: IngestDeps
  readonly history: HistoryDeps
  readonly operate: OperateDeps
  readonly trace: Trace
  readonly pages: PageRules
  readonly readConsole: ReadConsoleBuild
}

/** The HTTP API with all its routes, ready but not yet listening. */
export async function createApp(deps: AppDeps): Promise<App> {
  const { log, ingest, history, operate, trace, pages, readConsole } = deps
  const app = Fastify({
    ...createServerOptions(),
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: false,
    forceCloseConnections: true,
  })
  capConnections(app.server, MAX_CONNECTIONS)
  let writesInProgress = 0
  app.addHook('onRequest', async ({ method }, { raw }) => {
    if (method !== 'POST') return
    writesInProgress += 1
    raw.once('close', () => {
      writesInProgress -= 1
    })
  })
  app.addHook('onRequest', (_request, _reply, next) => trace.markArrival(next))
  refuseForeignPages(app, pages)
  maskAnswers(app, history.mask)
  installProblemHandlers(app, describeOutage, (request, reply) =>
    wantsPage(request) ? sendPage(reply, readConsole(), 404) : null,
  )
  installBodyParser(app)
  await installSecurityHeaders(app)
  await describeApi(app)
  await app.register(registerHistoryRoutes, history)
  await app.register(registerOperateRoutes, operate)
  registerIngestRoutes(app, ingest)
  await registerConsoleRoutes(app, readConsole)
  await app.ready()
  return { server: app, isOverloaded: () => writesInProgress > OVERLOAD_REQUESTS_MIN }
}
