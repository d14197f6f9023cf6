import net from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { type Database, openDatabase } from '../../services/judge/src/adapters/postgres/database.ts'
import { listen } from '../../services/judge/src/adapters/postgres/listen.ts'
import { createWriteProbe } from '../../services/judge/src/adapters/postgres/write-probe.ts'
import { createMetrics, type Metrics } from '../../services/judge/src/adapters/telemetry/metrics.ts'
import type { Probe } from '../../services/judge/src/history/http/health.ts'
import {
  describeApi,
  installSecurityHeaders,
} from '../../services/judge/src/history/http/openapi.ts'
import { createSessions } from '../../services/judge/src/history/http/session.ts'
import { registerOperateRoutes } from '../../services/judge/src/history/operate/operate-routes.ts'
import type { Operations } from '../../services/judge/src/history/operate/operations.ts'
import type { HealthSources } from '../../services/judge/src/history/overview/read-health.ts'
import { type HistoryDeps, registerHistoryRoutes } from '../../services/judge/src/history/routes.ts'
import type { RunDisplay } from '../../services/judge/src/history/runs/present-run.ts'
import { createUsualTimes } from '../../services/judge/src/history/runs/usual-times.ts'
import { type AccessRole, createAccess } from '../../services/judge/src/ingest/http/access.ts'
import { installBodyParser } from '../../services/judge/src/ingest/http/body-parser.ts'
import { refuseForeignPages } from '../../services/judge/src/lib/foreign-pages.ts'
import { type Instant, toInstant } from '../../services/judge/src/lib/instant.ts'
import { installProblemHandlers } from '../../services/judge/src/lib/problem.ts'
import { createWrongTokens } from '../../services/judge/src/lib/wrong-tokens.ts'
import { toServicePolicy } from '../../services/judge/src/policy/read-policy-file.ts'
import { createTestDatabase } from '../harness/database.ts'

export interface TestService {
  readonly app: FastifyInstance
  readonly db: Database['db']
  readonly display: RunDisplay
  readonly metrics: Metrics
  readonly url: string
  /** Cuts the connection to Postgres. */
  loseDatabase(): Promise<void>
  /** Moves the clock of the sessions. */
  setNow(at: Instant): void
  close(): Promise<void>
}

/** A TCP relay to the database that can be cut. */
async function startRelay(
  target: string,
): Promise<{ readonly url: string; readonly cut: () => Promise<void> }> {
  const { hostname, port } = new URL(target)
  const open = new Set<net.Socket>()
  const server = net.createServer((near) => {
    const far = net.connect(Number(port), hostname)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one)
      one.on('error', () => other.destroy()).on('close', () => other.destroy())
      one.pipe(other)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: Object.assign(new URL(target), {
      host: `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    }).href,
    cut: async () => {
      if (!server.listening) return
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}

const silentLog = { warn: () => {}, debug: () => {} }

const noOperations: Operations = {
  rerun: async () => ({ kind: 'not_found' }),
  act: async () => ({ kind: 'not_found' }),
  answer: async () => new Map(),
  replay: async () => ({
    answer: { event: { id: '00000000-0000-0000-0000-000000000000' } },
    afterCommit: () => {},
  }),
}

/** The routes that read and operate, over a database of their own. */
export async function startHistoryService(
  options: {
    readonly tokens?: Partial<
      Record<AccessRole, readonly { readonly name: string | null; readonly token: string }[]>
    >
    readonly operations?: Partial<Operations>
    readonly probes?: readonly Probe[]
    readonly migrated?: () => Promise<boolean>
    readonly mask?: (text: string) => Promise<string>
    readonly openArtifact?: HistoryDeps['openArtifact']
    readonly githubBudget?: ReturnType<HealthSources['getGithubBudget']>
    readonly streamBounds?: { readonly client: number; readonly all: number }
    readonly stalledAfter?: number
    readonly keepAliveEvery?: number
  } = {},
): Promise<TestService> {
  const database = await createTestDatabase()
  const relay = await startRelay(database.url)
  const { url } = relay
  const { db, close } = openDatabase(url, {
    name: 'test',
    onError: () => {},
    connectTimeout: 1_000,
  })
  const tokens = {
    ingest: options.tokens?.ingest ?? [],
    notify: options.tokens?.notify ?? [],
    operator: options.tokens?.operator ?? [],
    read: options.tokens?.read ?? [],
  }
  let now = toInstant('2026-11-21T12:00:00Z')
  const wrongTokens = createWrongTokens(() => now)
  const publicUrl = 'http://judge.example'
  const sessions = createSessions({
    getTokens: () => tokens,
    publicUrl,
    wrongTokens,
    now: () => now,
  })
  const { guard, describeVisitor } = createAccess({
    getTokens: () => tokens,
    session: sessions.identify,
    wrongTokens,
  })
  const findWriteFault = createWriteProbe(db, () => performance.now() * 1_000)
  const metrics = createMetrics({ db, findWriteFault })
  const policy = toServicePolicy({})
  const display = {
    attemptsMax: 3,
    argoUiUrl: null,
    usual: createUsualTimes(Date.now),
    budget: policy.values.budget,
  }
  const mask = options.mask ?? (async (text: string) => text)

  const app = Fastify()
  refuseForeignPages(app, { publicUrl, isOpenOnLoopback: false })
  installProblemHandlers(app)
  installBodyParser(app)
  await installSecurityHeaders(app)
  await describeApi(app)
  await app.register(registerHistoryRoutes, {
    db,
    display,
    listActions: async () => [],
    openArtifact: options.openArtifact ?? (async () => ({ kind: 'missing' })),
    guard,
    mask,
    maskNow: (text) => text,
    metrics,
    probes: options.probes ?? [
      {
        name: 'discord',
        state: () => 'off: DISCORD_BOT_TOKEN is not set',
        details: () => null,
      },
    ],
    getGithubBudget: () => options.githubBudget ?? null,
    getKafkaLag: metrics.getKafkaLag,
    policy,
    readOwnPolicy: async () => ({ text: null, sha: null, fault: null }),
    health: { db, isMigrated: options.migrated ?? (async () => true), findWriteFault },
    listen: (onChange) => listen({ url, channel: 'codex_history', log: silentLog, onChange }),
    ...(options.streamBounds === undefined ? {} : { streamBounds: options.streamBounds }),
    ...(options.stalledAfter === undefined ? {} : { stalledAfter: options.stalledAfter }),
    ...(options.keepAliveEvery === undefined ? {} : { keepAliveEvery: options.keepAliveEvery }),
  })
  await app.register(registerOperateRoutes, {
    db,
    display,
    guard,
    mask,
    sessions,
    describeVisitor,
    operations: { ...noOperations, ...options.operations },
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    app,
    db,
    display,
    metrics,
    url: `http://127.0.0.1:${port}`,
    loseDatabase: relay.cut,
    setNow: (at) => {
      now = at
    },
    close: async () => {
      await app.close()
      await close()
      await relay.cut()
      await database.drop()
    },
  }
}
