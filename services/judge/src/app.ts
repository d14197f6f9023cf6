import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { isAway } from './adapters/postgres/transact.ts'
import { describeApi, protectPages } from './history/openapi.ts'
import { type OperateDeps, operateRoutes } from './history/operate-routes.ts'
import { type HistoryDeps, historyRoutes } from './history/routes.ts'
import { installBodies } from './ingest/bodies.ts'
import { type IngestDeps, ingestRoutes } from './ingest/routes.ts'
import { installProblems } from './lib/problem.ts'
import { serverOptions } from './lib/server-options.ts'

export interface AppDeps {
  readonly log: FastifyBaseLogger
  readonly ingest: IngestDeps
  readonly history: HistoryDeps
  readonly operate: OperateDeps
}

/** The HTTP surface, put together and not listening: what comes in (contract section 3), and what can be read (section 4). */
export async function createApp({ log, ingest, history, operate }: AppDeps): Promise<FastifyInstance> {
  const app = Fastify({
    ...serverOptions(),
    loggerInstance: log,
    disableRequestLogging: true,
    trustProxy: false,
    forceCloseConnections: true,
  })
  installProblems(app, isAway)
  installBodies(app)
  await protectPages(app)
  await describeApi(app)
  await historyRoutes(app, history)
  await operateRoutes(app, operate)
  ingestRoutes(app, ingest)
  await app.ready()
  return app
}
