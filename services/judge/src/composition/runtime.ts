import { type Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import { openDatabase } from '../adapters/postgres/database.ts'
import { startEmbedded } from '../adapters/postgres/embedded.ts'
import { migrate } from '../adapters/postgres/migrate.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { createMasker } from '../adapters/secrets/masker.ts'
import { createMetrics } from '../adapters/telemetry/metrics.ts'
import type { Traces } from '../adapters/telemetry/traces.ts'
import type { Configuration } from '../config/configure.ts'
import type { Settings } from '../config/settings.ts'
import type { Mask } from '../lib/mask.ts'
import { untraced } from '../lib/trace.ts'

/**
 * What everything else stands on: what was configured, the database, and those who count, mask and
 * tell.
 */
export interface Foundation extends Configuration {
  readonly log: Logger
  readonly databaseUrl: string
  /**
   * For those who tell or ask us something: they must not wait for a connection until a hundred
   * looks are over.
   */
  readonly db: Kysely<DB>
  /** For looks, tries and chores. */
  readonly clockworkDb: Kysely<DB>
  readonly mask: Mask
  readonly metrics: ReturnType<typeof createMetrics>
  readonly traces: Traces
  /** What is to be stopped, the last that was started first. */
  readonly stops: (() => Promise<void> | void)[]
}

/**
 * Starts the database where it is ours, brings its schema up to date, and opens it. Whatever it
 * started is in `stops`.
 */
export async function layFoundation(
  { settings, policy }: Configuration,
  log: Logger,
  stops: Foundation['stops'],
): Promise<Foundation> {
  const databaseUrl = settings.databaseUrl ?? (await embedded(settings, log, stops))
  await migrate({ url: databaseUrl, log })
  const open = (name: string): Kysely<DB> => {
    const onError = (error: Error) =>
      log.warn({ event: 'postgres', err: error }, 'a connection broke')
    const database = openDatabase(databaseUrl, { name, max: 10, onError })
    stops.push(database.close)
    return database.db
  }
  const db = open('codex-judge http')
  const clockworkDb = open('codex-judge clockwork')
  const { mask } = createMasker()
  const metrics = createMetrics({ db })
  const traces = await tracesOf(settings, mask, log)
  stops.push(traces.stop)
  return { settings, policy, log, databaseUrl, db, clockworkDb, mask, metrics, traces, stops }
}

async function embedded(
  settings: Settings,
  log: Logger,
  stops: Foundation['stops'],
): Promise<string> {
  const server = await startEmbedded({ dataDir: settings.dataDir, log })
  stops.push(server.stop)
  return server.url
}

/** What sends traces is loaded only where there is somebody to send them to. */
async function tracesOf({ otlpEndpoint }: Settings, mask: Mask, log: Logger): Promise<Traces> {
  if (otlpEndpoint === null) return { trace: untraced, state: () => 'off', stop: async () => {} }
  const { sendTraces } = await import('../adapters/telemetry/traces.ts')
  return sendTraces({ endpoint: otlpEndpoint, mask, log })
}

/** How many runs wait, as of the last few seconds: only for sharing GitHub's budget among them. */
export function waitingRuns({ db, log, stops }: Foundation): () => number {
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
    () =>
      void count().catch((error: unknown) =>
        log.debug({ err: error }, 'waiting runs were not counted'),
      ),
    15_000,
  )
  stops.push(() => clearInterval(timer))
  return () => waiting
}
