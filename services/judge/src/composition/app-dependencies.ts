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
  const {
    settings,
    policy,
    currentSettings,
    log,
    db,
    readDb,
    findWriteFault,
    databaseUrl,
    mask,
    metrics,
    traces,
    systems,
  } = runtime
  const { trace } = traces
  const { wakeRuns, wakeEffects } = backends.wakeups.wake
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
  const ingestDeps = {
    recorder: intake.recorder,
    context: intake.context,
    showRun: (id: string) => findRun({ db, display }, id),
  }
  const operations = createOperations({
    observeDeps: backends.observeDeps,
    trace,
    wakeRuns,
    wakeEffects,
    onDecided: metrics.countPersonDecision,
  })
  return {
    log,
    trace,
    readConsole: backends.readConsole,
    pages: {
      publicUrl: backends.publicUrl(),
      isOpenOnLoopback:
        isLoopback(settings.listen.host) &&
        (['ingest', 'operator', 'read'] as const).some((role) => getTokens()[role].length === 0),
    },
    ingest: {
      ...ingestDeps,
      access,
      getWebhookSecrets: () => currentSettings.get().github.webhookSecrets,
      onRefused: (source) => metrics.countEvent(source, 'refused'),
      onSigned: () => systems.watch('githubWebhooks').noteAnswer({ operation: 'deliver' }),
    },
    history: {
      db: readDb,
      display,
      listActions: (runId) => listActions(readDb, backends.observeDeps, runId),
      openArtifact: (stored) =>
        readArtifactText(
          { source: backends.source, reader: runtime.artifactReader, mask },
          fromStoredPlace(stored),
        ),
      health: { db, isMigrated: () => isMigrated(runtime), findWriteFault },
      guard: access.guard,
      mask,
      maskNow: runtime.maskNow,
      listen: (onChange) => listen({ url: databaseUrl, channel: 'codex_history', log, onChange }),
      metrics,
      backfill: createBackfillMessages({
        db,
        source: backends.source,
        reader: runtime.artifactReader,
        mask,
      }),
      probes: createProbes(runtime, backends.consumers),
      getGithubBudget: () => backends.observeDeps.github.getBudget(),
      getKafkaLag: metrics.getKafkaLag,
      policy,
      readOwnPolicy: createReadOwnPolicy({
        github: backends.observeDeps.github,
        mayJudge: intake.context.mayJudge,
        mask,
        now: Date.now,
      }),
    },
    operate: {
      db,
      display,
      guard: access.guard,
      mask,
      sessions,
      describeVisitor: access.describeVisitor,
      operations: {
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
      },
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
