import { sql } from 'kysely'
import { listen } from '../adapters/postgres/listen.ts'
import { fromStoredPlace } from '../artifacts/place.ts'
import type { ArtifactSource } from '../artifacts/port.ts'
import type { Settings } from '../config/settings.ts'
import { createBackfillMessages } from '../engine/backfill-messages.ts'
import type { ObserveDeps } from '../engine/observe/observe-deps.ts'
import { listActions } from '../engine/operate/list-actions.ts'
import { createOperations } from '../engine/operate/operations.ts'
import { readArtifactText } from '../engine/read-artifact-text.ts'
import { createSessions } from '../history/http/session.ts'
import { findRun, type RunDisplay } from '../history/runs/present-run.ts'
import { createUsualTimes } from '../history/runs/usual-times.ts'
import { type AccessToken, createAccess } from '../ingest/http/access.ts'
import { replayMessage } from '../ingest/replay.ts'
import { isLoopback } from '../lib/foreign-pages.ts'
import { toInstant } from '../lib/instant.ts'
import { deriveLatest } from '../lib/latest.ts'
import { createWrongTokens } from '../lib/wrong-tokens.ts'
import type { AppDeps } from './app.ts'
import type { Consumers } from './consumers.ts'
import { createProbes } from './create-probes.ts'
import type { Intake } from './intake.ts'
import { createReadOwnPolicy } from './read-own-policy.ts'
import type { Runtime } from './runtime.ts'
import type { Wakeups } from './start-engine.ts'

interface AppBackends {
  readonly observeDeps: ObserveDeps
  readonly source: ArtifactSource
  readonly wakeups: Wakeups
  readonly consumers: Pick<Consumers, 'findHold'>
  readonly publicUrl: () => string
  readonly readConsole: AppDeps['readConsole']
}

/** What the HTTP API needs for access control, ingestion, reading, and operator actions. */
export function createAppDependencies(
  runtime: Runtime,
  intake: Intake,
  backends: AppBackends,
): AppDeps {
  const { settings, policy, currentSettings, log, db, mask, metrics, traces, systems } = runtime
  const getTokens = deriveLatest(() => currentSettings.get().tokens, nameTokens)
  const wrongTokens = createWrongTokens(Date.now)
  const sessions = createSessions({
    getTokens,
    wrongTokens,
    publicUrl: backends.publicUrl(),
    now: () => toInstant(Date.now()),
  })
  const access = createAccess({ getTokens, session: sessions.identify, wrongTokens })
  const display: RunDisplay = {
    attemptsMax: policy.values.attempts.max,
    argoUiUrl: settings.argoUiUrl,
    usual: createUsualTimes(Date.now),
    budget: policy.values.budget,
  }
  return {
    log,
    trace: traces.trace,
    readConsole: backends.readConsole,
    pages: {
      publicUrl: backends.publicUrl(),
      isOpenOnLoopback:
        isLoopback(settings.listen.host) &&
        (['ingest', 'operator', 'read'] as const).some((role) => getTokens()[role].length === 0),
    },
    ingest: {
      recorder: intake.recorder,
      context: intake.context,
      showRun: (id) => findRun({ db, display }, id),
      access,
      getWebhookSecrets: () => currentSettings.get().github.webhookSecrets,
      onRefused: (source) => metrics.countEvent(source, 'refused'),
      onSigned: () => systems.watch('githubWebhooks').noteAnswer({ operation: 'deliver' }),
    },
    history: {
      ...createHistoryReads({ runtime, intake, backends }),
      display,
      guard: access.guard,
    },
    operate: {
      db,
      display,
      guard: access.guard,
      mask,
      sessions,
      describeVisitor: access.describeVisitor,
      operations: createPeopleOperations({ runtime, intake, backends }, display),
    },
  }
}

interface AppParts {
  readonly runtime: Runtime
  readonly intake: Intake
  readonly backends: AppBackends
}

/** Where the pages and the API read from: PostgreSQL, the artifacts, GitHub, and our own state. */
function createHistoryReads({
  runtime,
  intake,
  backends,
}: AppParts): Omit<AppDeps['history'], 'display' | 'guard'> {
  const { policy, log, db, readDb, findWriteFault, databaseUrl, mask, maskNow, metrics } = runtime
  const { source, observeDeps, consumers } = backends
  const reader = runtime.artifactReader
  return {
    db: readDb,
    listActions: (runId) => listActions(readDb, observeDeps, runId),
    openArtifact: (stored) => readArtifactText({ source, reader, mask }, fromStoredPlace(stored)),
    health: { db, isMigrated: () => isMigrated(runtime), findWriteFault },
    mask,
    maskNow,
    listen: (onChange) => listen({ url: databaseUrl, channel: 'codex_history', log, onChange }),
    metrics,
    backfill: createBackfillMessages({ db, source, reader, mask }),
    probes: createProbes(runtime, consumers),
    getGithubBudget: () => observeDeps.github.getBudget(),
    getKafkaLag: metrics.getKafkaLag,
    policy,
    readOwnPolicy: createReadOwnPolicy({
      github: observeDeps.github,
      mayJudge: intake.context.mayJudge,
      mask,
      now: Date.now,
    }),
  }
}

/** What people do; a replay is recorded in the transaction that also stores its response. */
function createPeopleOperations(
  { runtime, intake, backends }: AppParts,
  display: RunDisplay,
): AppDeps['operate']['operations'] {
  const operations = createOperations({
    observeDeps: backends.observeDeps,
    trace: runtime.traces.trace,
    ...backends.wakeups.wake,
    onDecided: runtime.metrics.countPersonDecision,
  })
  return {
    ...operations,
    replay: async (message, corrected, trx) => {
      let afterCommit = (): void => {}
      const answer = await replayMessage(message, corrected, {
        context: intake.context,
        showRun: (id) => findRun({ db: trx, display }, id),
        record: async (messages) => {
          const recorded = await intake.recorder.recordWithin(trx, messages)
          afterCommit = recorded.afterCommit
          return recorded.results
        },
      })
      return { answer, afterCommit }
    },
  }
}

async function isMigrated({ db }: Runtime): Promise<boolean> {
  const { rows } = await sql<{
    migrated: boolean
  }>`select to_regclass('runs') is not null as migrated`.execute(db)
  return rows[0]?.migrated ?? false
}

const nameTokens = ({ ingest, notify, operator, read }: Settings['tokens']) => ({
  ingest: toNamedTokens(ingest, 'ingest'),
  notify: toNamedTokens(notify, 'notify'),
  operator: toNamedTokens(operator, 'operator'),
  read: toNamedTokens(read, 'read'),
})

const toNamedTokens = (
  tokens: Settings['tokens']['ingest'],
  role: string,
): readonly AccessToken[] => tokens.map(({ name, token }) => ({ name: name ?? role, token }))
