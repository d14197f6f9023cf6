import { type Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import { argoWorkflows } from './adapters/argo-workflows.ts'
import { createGithub } from './adapters/github/github.ts'
import { createMetrics } from './adapters/metrics.ts'
import { openDatabase } from './adapters/postgres/database.ts'
import { startEmbedded } from './adapters/postgres/embedded.ts'
import { listen } from './adapters/postgres/listen.ts'
import { migrate } from './adapters/postgres/migrate.ts'
import type { DB } from './adapters/postgres/types.generated.ts'
import { createMasker } from './adapters/secrets.ts'
import type { Traces } from './adapters/traces.ts'
import { createApp } from './app.ts'
import type { Configuration } from './config.ts'
import type { Settings } from './config-settings.ts'
import { countMessages } from './correlate/count-messages.ts'
import { createRecorder } from './correlate/record.ts'
import { traceMessages } from './correlate/trace-messages.ts'
import { createPerform } from './effects/perform.ts'
import { createBackfill } from './engine/backfill-messages.ts'
import { type Jobs, startJobs } from './engine/jobs.ts'
import { LEASE_SECONDS, startLeases } from './engine/leases.ts'
import { createOperations } from './engine/operations.ts'
import type { Outside } from './engine/outside.ts'
import { startRetention } from './engine/start-retention.ts'
import { startSweep } from './engine/sweep.ts'
import { createTick } from './engine/tick.ts'
import { createSessions } from './history/session.ts'
import { runById } from './history/show-run.ts'
import { createAskCompletion } from './ingest/ask-completion.ts'
import { accessTo, type Token } from './ingest/authenticate.ts'
import { replay } from './ingest/replay.ts'
import { repositoryFilter } from './ingest/repositories.ts'
import { instant } from './lib/instant.ts'
import type { Mask } from './lib/mask.ts'
import { untraced } from './lib/trace.ts'
import { createListeners, type Listeners } from './listeners.ts'
import { createPerformers } from './performers.ts'
import { modeFor, policyFor } from './policy/merge.ts'
import { argoOf, gatherer, storeOf } from './sources.ts'

export interface Service {
  readonly host: string
  readonly port: number
  readonly url: string
  /** Stops taking work, finishes or hands back what is in hand within 10 s, and stops its own database last. */
  readonly stop: () => Promise<void>
}

/**
 * Puts the service together and starts it: the database, the HTTP surface, then the clockwork. Nothing of it lives in memory that
 * a restart would miss. Rejects with `Failure` where it cannot start, having stopped what was started.
 */
export async function startService({ settings, policy }: Configuration, log: Logger): Promise<Service> {
  const stops: (() => Promise<void> | void)[] = []
  const stop = async () => {
    for (const one of stops.toReversed()) await one()
  }
  try {
    return { ...(await start({ settings, policy }, log, stops)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(
  { settings, policy }: Configuration,
  log: Logger,
  stops: (() => Promise<void> | void)[],
): Promise<Omit<Service, 'stop'>> {
  const databaseUrl = settings.databaseUrl ?? (await embedded(settings, log, stops))
  await migrate({ url: databaseUrl, log })
  const open = (name: string): Kysely<DB> => {
    const onError = (error: Error) => log.warn({ event: 'postgres', err: error }, 'a connection broke')
    const database = openDatabase(databaseUrl, { name, max: 10, onError })
    stops.push(database.close)
    return database.db
  }
  // Whoever tells or asks us something must not wait for a connection until a hundred looks are over.
  const db = open('codex-judge http')
  const clockwork = open('codex-judge clockwork')

  const { mask } = createMasker()
  const metrics = createMetrics({ db })
  const traces = await tracesOf(settings, mask, log)
  const { trace } = traces
  stops.push(traces.stop)
  const bells: Bells = { runs: () => {}, effects: () => {}, effectLater: () => {} }
  const ring = {
    runs: (ids: readonly string[]) => bells.runs(ids),
    effects: (ids: readonly string[]) => bells.effects(ids),
  }
  const recorder = traceMessages(
    countMessages(createRecorder({ db, ring: ring.runs, mask }), metrics.countEvent),
    trace,
  )

  const context = {
    mayJudge: repositoryFilter(settings.github.repositories),
    reviewers: settings.github.reviewers,
    ourContext: policy.values.status.context,
  }
  const store = storeOf(settings)
  const argoSettings = argoOf(settings)
  const argo = argoSettings === null ? null : argoWorkflows(argoSettings)
  const github = githubOf(settings, metrics)
  const publicUrl = { base: settings.publicUrl ?? `http://${settings.listen.host}:${settings.listen.port}` }
  const outside: Outside = {
    github,
    gather: gatherer(settings, store),
    askCompletion: argo === null ? null : createAskCompletion({ argo, recorder, context }),
    mask,
    policyFor: (repository, text) => policyFor(policy, repository, text),
    reviewers: { codexReviewers: settings.github.reviewers, ourLogins: [] },
    runUrl: (runId) => `${publicUrl.base}/runs/${runId}`,
    waiting: waitingRuns(db, log, stops),
  }

  const leases = startLeases({ db: clockwork, log })
  const tick = createTick({
    db: clockwork,
    log,
    outside,
    leases,
    ring,
    waited: metrics.waited,
    trace,
    decided: ({ run, now }, end, lateSeconds) =>
      metrics.decided({
        outcome: end.status,
        reason: end.reason,
        decisionSeconds: run.claims.finishedAt === null ? null : (now - run.claims.finishedAt) / 1000,
        signalSeconds: lateSeconds,
      }),
  })
  const performers = createPerformers({ db: clockwork, settings, github, mask, metrics, trace, runUrl: outside.runUrl })
  const perform = createPerform({
    db: clockwork,
    log,
    performers,
    ring: ring.runs,
    ringLater: (id, wait) => bells.effectLater(id, wait),
    hold: (id) => leases.hold('effect', id),
    leaseSeconds: LEASE_SECONDS.effect,
    modeOf: (repository) => modeFor(policy.written.mode, repository),
    mask,
    counted: metrics.effectSettled,
    trace,
  })

  const tokens = {
    ingest: named(settings.tokens.ingest, 'ingest'),
    operator: named(settings.tokens.operator, 'operator'),
    read: named(settings.tokens.read, 'read'),
  }
  const sessions = createSessions({ tokens, publicUrl: publicUrl.base, now: () => instant(Date.now()) })
  const access = accessTo({ tokens, session: sessions.visitor })
  const showRun = (runId: string) => runById(db, runId)
  const listeners = createListeners({ settings, db, argo, recorder, mask, context, metrics, trace, log })
  const app = await createApp({
    log,
    trace,
    ingest: {
      recorder,
      context,
      access,
      webhookSecrets: (settings.github.webhookSecret ?? '')
        .split(',')
        .map((secret) => secret.trim())
        .filter((secret) => secret !== ''),
      showRun,
      refused: (source) => metrics.countEvent(source, 'refused'),
    },
    history: {
      db,
      guard: access.guard,
      mask,
      listen: (onNews) => listen({ url: databaseUrl, channel: 'codex_history', log, onNews }),
      metrics,
      backfill: createBackfill({ db, store, mask }),
      migrated: async () =>
        (await sql<{ there: boolean }>`select to_regclass('runs') is not null as there`.execute(db)).rows[0]?.there ??
        false,
      probes: probesOf(settings, {
        state: (system) => (system === 'traces' ? traces.state() : listeners.state(system)),
      }),
    },
    operate: {
      db,
      guard: access.guard,
      mask,
      sessions,
      operations: {
        ...createOperations({ outside, trace, ring }),
        replay: (message, corrected) => replay(message, corrected, { recorder, context, showRun }),
      },
    },
  })
  await app.server.listen({ host: settings.listen.host, port: settings.listen.port })
  const address = app.server.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : settings.listen.port
  const url = `http://${settings.listen.host.includes(':') ? `[${settings.listen.host}]` : settings.listen.host}:${port}`
  publicUrl.base = settings.publicUrl ?? url
  stops.push(leases.stop)

  const jobs = await startJobs({ databaseUrl, log, tick, perform, crowded: () => app.crowded() || listeners.crowded() })
  bells.runs = jobs.ringRuns
  bells.effects = jobs.ringEffects
  bells.effectLater = jobs.ringEffectLater
  stops.push(jobs.stop)
  const sweeper = startSweep({ db: clockwork, jobs, log })
  stops.push(sweeper.stop)
  stops.push(startRetention({ db: clockwork, retention: policy.values.retention, log }).stop)
  listeners.start()
  stops.push(listeners.stop)
  // Requests end first, so that nothing is taken in that nobody looks at any more.
  stops.push(() => app.server.close())
  return { host: settings.listen.host, port, url }
}

/** Bells are handed out before there is a queue to ring them in; what is rung until then, the sweep finds. */
interface Bells {
  runs: Jobs['ringRuns']
  effects: Jobs['ringEffects']
  effectLater: Jobs['ringEffectLater']
}

async function embedded(settings: Settings, log: Logger, stops: (() => Promise<void> | void)[]): Promise<string> {
  const server = await startEmbedded({ dataDir: settings.dataDir, log })
  stops.push(server.stop)
  return server.url
}

/** What sends traces is loaded only where there is somebody to send them to. */
async function tracesOf({ otlpEndpoint }: Settings, mask: Mask, log: Logger): Promise<Traces> {
  if (otlpEndpoint === null) return { trace: untraced, state: () => 'off', stop: async () => {} }
  const { sendTraces } = await import('./adapters/traces.ts')
  return sendTraces({ endpoint: otlpEndpoint, mask, log })
}

function githubOf({ github }: Settings, metrics: ReturnType<typeof createMetrics>) {
  if (github.credentials === null)
    throw new TypeError('settings without GitHub credentials are refused before the start')
  const made = createGithub({
    apiUrl: github.apiUrl,
    graphqlUrl: github.graphqlUrl,
    credentials: github.credentials,
    reviewRequestToken: github.reviewRequestToken,
    now: () => instant(Date.now()),
    timeout: 15_000,
    onRequest: (api, outcome) => {
      metrics.githubRequested(api, outcome)
      const budget = made.budget()
      if (budget !== null) metrics.githubBudgetRemains(budget.remaining)
    },
  })
  return made
}

/** How many runs wait, as of the last few seconds: only for sharing GitHub's budget among them. */
function waitingRuns(db: ReturnType<typeof openDatabase>['db'], log: Logger, stops: (() => void)[]): () => number {
  let waiting = 0
  const count = async () => {
    const row = await db
      .selectFrom('runs')
      .select(sql<number>`count(*)::int`.as('n'))
      .where('due_at', 'is not', null)
      .where('status', '!=', 'needs_human')
      .executeTakeFirst()
    waiting = row?.n ?? 0
  }
  const timer = setInterval(
    () => void count().catch((error: unknown) => log.debug({ err: error }, 'waiting runs were not counted')),
    15_000,
  )
  stops.push(() => clearInterval(timer))
  return () => waiting
}

const named = (tokens: Settings['tokens']['ingest'], role: string): readonly Token[] =>
  tokens.map(({ name, token }) => ({ name: name ?? role, token }))

/** Every outside system with its state, as far as it is known without asking. */
const probesOf = (settings: Settings, running: Pick<Listeners, 'state'>) =>
  [
    'github',
    'githubWebhooks',
    'artifacts',
    'argo',
    'kafka',
    'dispatcher',
    'discord',
    'nats',
    'embeddings',
    'traces',
    'models',
  ].map((name) => ({ name, state: () => settings.off[name] ?? running.state(name) ?? 'on' }))
