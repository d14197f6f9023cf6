import { sql } from 'kysely'
import { listen } from '../adapters/postgres/listen.ts'
import type { ArtifactStore } from '../artifacts/port.ts'
import type { Settings } from '../config/settings.ts'
import { createBackfill } from '../engine/backfill-messages.ts'
import type { Outside } from '../engine/observe/observe-deps.ts'
import { createOperations } from '../engine/operate/operations.ts'
import { createSessions } from '../history/http/session.ts'
import { runById } from '../history/runs/present-run.ts'
import { accessTo, type Token } from '../ingest/http/authenticate.ts'
import { replay } from '../ingest/replay.ts'
import { instant } from '../lib/instant.ts'
import type { AppDeps } from './app.ts'
import type { Intake } from './clients.ts'
import type { Listeners } from './consumers.ts'
import type { Foundation } from './runtime.ts'
import type { Bells } from './start-engine.ts'

interface Behind {
  readonly outside: Outside
  readonly store: ArtifactStore
  readonly bells: Bells
  readonly listeners: Pick<Listeners, 'state'>
  readonly publicUrl: () => string
}

/**
 * What the HTTP surface needs: who may come in, where messages go, what can be read, and what
 * people may do.
 */
export function surfaceOf(foundation: Foundation, intake: Intake, behind: Behind): AppDeps {
  const { settings, log, db, databaseUrl, mask, metrics, traces } = foundation
  const { trace } = traces
  const { ringRuns, ringEffects } = behind.bells.ring
  const tokens = {
    ingest: named(settings.tokens.ingest, 'ingest'),
    operator: named(settings.tokens.operator, 'operator'),
    read: named(settings.tokens.read, 'read'),
  }
  const sessions = createSessions({
    tokens,
    publicUrl: behind.publicUrl(),
    now: () => instant(Date.now()),
  })
  const access = accessTo({ tokens, session: sessions.visitor })
  const taking = {
    recorder: intake.recorder,
    context: intake.context,
    showRun: (id: string) => runById(db, id),
  }
  const operations = createOperations({
    outside: behind.outside,
    trace,
    ring: { runs: ringRuns, effects: ringEffects },
  })
  return {
    log,
    trace,
    ingest: {
      ...taking,
      access,
      webhookSecrets: settings.github.webhookSecrets,
      refused: (source) => metrics.countEvent(source, 'refused'),
    },
    history: {
      db,
      guard: access.guard,
      mask,
      listen: (onNews) => listen({ url: databaseUrl, channel: 'codex_history', log, onNews }),
      metrics,
      backfill: createBackfill({ db, store: behind.store, mask }),
      migrated: () => isMigrated(foundation),
      probes: probesOf(settings, (system) =>
        system === 'traces' ? traces.state() : behind.listeners.state(system),
      ),
    },
    operate: {
      db,
      guard: access.guard,
      mask,
      sessions,
      operations: {
        ...operations,
        replay: (message, corrected) => replay(message, corrected, taking),
      },
    },
  }
}

async function isMigrated({ db }: Foundation): Promise<boolean> {
  const { rows } = await sql<{
    there: boolean
  }>`select to_regclass('runs') is not null as there`.execute(db)
  return rows[0]?.there ?? false
}

const named = (tokens: Settings['tokens']['ingest'], role: string): readonly Token[] =>
  tokens.map(({ name, token }) => ({ name: name ?? role, token }))

const systems = [
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
]

/** Every outside system with its state, as far as it is known without asking. */
const probesOf = (settings: Settings, running: Listeners['state']) =>
  systems.map((name) => ({ name, state: () => settings.off[name] ?? running(name) ?? 'on' }))
