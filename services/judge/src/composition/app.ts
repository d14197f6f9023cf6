import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { isAway } from '../adapters/postgres/transact.ts'
import { describeApi, protectPages } from '../history/http/openapi.ts'
import { type OperateDeps, operateRoutes } from '../history/operate/operate-routes.ts'
import { type HistoryDeps, historyRoutes } from '../history/routes.ts'
import { installBodies } from '../ingest/http/bodies.ts'
import { type IngestDeps, ingestRoutes } from '../ingest/http/routes.ts'
import { installProblems } from '../lib/problem.ts'
import { serverOptions } from '../lib/server-options.ts'
import type { Trace } from '../lib/trace.ts'

export interface App {
  readonly server: FastifyInstance
  /** True while many requests wait for their answers (open streams are none of them). */
  readonly crowded: () => boolean
}

/** Requests in hand from which on looks step back. */
const CROWD = 12

export interface AppDeps {
  readonly log: FastifyBaseLogger
  readonly ingest: IngestDeps
  readonly history: HistoryDeps
  readonly operate: OperateDeps
  readonly trace: Trace
}

/**
 * The HTTP surface, put together and not listening: what comes in (contract section 3), and what
 * can be read (section 4).
 */
export async function createApp({ log, ingest, history, operate, trace }: AppDeps): Promise<App> {
  const app = Fastify({
    ...serverOptions(),
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: false,
    forceCloseConnections: true,
  })
  let writing = 0
  app.addHook('onRequest', async ({ method }, { raw }) => {
    if (method !== 'POST') return
    writing += 1
    raw.once('close', () => {
      writing -= 1
    })
  })
  app.addHook('onRequest', (_request, _reply, next) => trace.arriving(next))
  installProblems(app, isAway)
  installBodies(app)
  await protectPages(app)
  await describeApi(app)
  await app.register(historyRoutes, history)
  await app.register(operateRoutes, operate)
  ingestRoutes(app, ingest)
  await app.ready()
  return { server: app, crowded: () => writing > CROWD }
}
