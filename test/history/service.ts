import Fastify, { type FastifyInstance } from 'fastify'
import { createMetrics, type Metrics } from '../../services/judge/src/adapters/metrics.ts'
import { type Database, openDatabase } from '../../services/judge/src/adapters/postgres/database.ts'
import { listen } from '../../services/judge/src/adapters/postgres/listen.ts'
import type { Probe } from '../../services/judge/src/history/health.ts'
import { describeApi, protectPages } from '../../services/judge/src/history/openapi.ts'
import type { Operations } from '../../services/judge/src/history/operate.ts'
import { operateRoutes } from '../../services/judge/src/history/operate-routes.ts'
import { historyRoutes } from '../../services/judge/src/history/routes.ts'
import { createSessions } from '../../services/judge/src/history/session.ts'
import { accessTo, type Role } from '../../services/judge/src/ingest/authenticate.ts'
import { installBodies } from '../../services/judge/src/ingest/bodies.ts'
import { type Instant, instant } from '../../services/judge/src/lib/instant.ts'
import { installProblems } from '../../services/judge/src/lib/problem.ts'
import { freshDatabase } from '../harness/database.ts'
import { tokensIn } from '../harness/tokens.ts'

export interface TestService {
  readonly app: FastifyInstance
  readonly db: Database['db']
  readonly metrics: Metrics
  readonly url: string
  /** Moves the clock of the sessions. */
  setNow(at: Instant): void
  close(): Promise<void>
}

const quiet = { warn: () => {}, debug: () => {} }

const nothingActs: Operations = {
  rerun: async () => ({ kind: 'not_found' }),
  act: async () => ({ kind: 'not_found' }),
  answer: async () => ({ kind: 'not_found' }),
  replay: async () => ({ event: { id: '00000000-0000-0000-0000-000000000000' } }),
}

/** The telling half of the service over a database of its own. */
export async function startTelling(
  options: {
    readonly tokens?: Partial<Record<Role, readonly Token[]>>
    readonly operations?: Partial<Operations>
    readonly probes?: readonly Probe[]
    readonly migrated?: () => Promise<boolean>
    readonly mask?: (text: string) => Promise<string>
    readonly stalledAfter?: number
  } = {},
): Promise<TestService> {
  const { url, drop } = await freshDatabase()
  const { db, close } = openDatabase(url, { name: 'test', onError: () => {}, patience: 1_000 })
  const tokens = {
    ingest: options.tokens?.ingest ?? [],
    operator: options.tokens?.operator ?? [],
    read: options.tokens?.read ?? [],
  }
  let now = instant('2026-11-21T12:00:00Z')
  const sessions = createSessions({ tokens, publicUrl: 'http://judge.example', now: () => now })
  const { guard } = accessTo({ tokens, session: sessions.visitor })
  const metrics = createMetrics({ db })
  const mask = options.mask ?? (async (text: string) => text)

  const app = Fastify()
  installProblems(app)
  installBodies(app)
  await protectPages(app)
  await describeApi(app)
  await app.register(historyRoutes, {
    db,
    guard,
    mask,
    metrics,
    probes: options.probes ?? [{ name: 'discord', state: () => 'off: DISCORD_BOT_TOKEN is not set' }],
    migrated: options.migrated ?? (async () => true),
    listen: (onNews) => listen({ url, channel: 'codex_history', log: quiet, onNews }),
    ...(options.stalledAfter === undefined ? {} : { stalledAfter: options.stalledAfter }),
  })
  await app.register(operateRoutes, {
    db,
    guard,
    mask,
    sessions,
    operations: { ...nothingActs, ...options.operations },
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    app,
    db,
    metrics,
    url: `http://127.0.0.1:${port}`,
    setNow: (at) => {
      now = at
    },
    close: async () => {
      await app.close()
      await close()
      await drop()
    },
  }
}
