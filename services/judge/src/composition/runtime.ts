import { sql } from 'kysely'
import type { Logger } from 'pino'
import { readDigestKey } from '../adapters/postgres/digest-key.ts'
import { startEmbedded } from '../adapters/postgres/embedded.ts'
import { migrate } from '../adapters/postgres/migrate.ts'
import { createWriteProbe, type FindWriteFault } from '../adapters/postgres/write-probe.ts'
import { createSecretFinder } from '../adapters/secrets/find-added-secrets.ts'
import { createMasker } from '../adapters/secrets/masker.ts'
import { createMetrics } from '../adapters/telemetry/metrics.ts'
import type { Traces } from '../adapters/telemetry/traces.ts'
import type { ArtifactReader } from '../artifacts/read-object.ts'
import type { Configuration, LiveConfiguration } from '../config/configure.ts'
import type { Settings } from '../config/settings.ts'
import type { FindAddedSecrets } from '../diff/added-secret.ts'
import { toInstant } from '../lib/instant.ts'
import { deriveLatest, followLatest } from '../lib/latest.ts'
import type { Mask, MaskNow } from '../lib/mask.ts'
import { noopTrace } from '../lib/trace.ts'
import { openPools, type Pools } from './open-pools.ts'
import { createArtifactReader } from './read-artifacts.ts'
import { type CurrentSettings, startRotation } from './rotate-secrets.ts'
import { createSystems, type Systems } from './systems.ts'

/** What every part of the service shares: configuration, database, masking and telemetry. */
export interface Runtime extends Configuration, Pools {
  /** `settings` are those of the start; what holds secrets uses these. */
  readonly currentSettings: CurrentSettings
  readonly log: Logger
  readonly databaseUrl: string
  readonly findWriteFault: FindWriteFault
  readonly mask: Mask
  readonly maskNow: MaskNow
  readonly artifactReader: ArtifactReader
  readonly findAddedSecrets: FindAddedSecrets
  readonly metrics: ReturnType<typeof createMetrics>
  readonly traces: Traces
  readonly systems: Systems
  /** Called in reverse order when the service stops. */
  readonly stopHooks: (() => Promise<void> | void)[]
}

const COUNT_WAITING_EVERY_MS = 15_000

/**
 * Starts the embedded database if no other is configured, migrates the schema, and opens the
 * connection pools. Everything it starts has a hook in `stopHooks`, also when it rejects. `onMasked`
 * gets what masks with the newest secrets.
 */
export async function startRuntime(
  configuration: LiveConfiguration,
  log: Logger,
  stopHooks: Runtime['stopHooks'],
  onMasked: (maskNow: MaskNow) => void,
): Promise<Runtime> {
  const { settings, policy } = configuration
  const currentSettings = startRotation(configuration, log)
  stopHooks.push(currentSettings.stop)
  const databaseUrl =
    settings.databaseUrl ?? (await startEmbeddedDatabase(settings, log, stopHooks))
  await migrate({ url: databaseUrl, log })
  const pools = openPools(databaseUrl, log, stopHooks)
  const { db, engineDb } = pools
  const findWriteFault = createWriteProbe(db)
  const masker = followLatest(deriveLatest(() => currentSettings.get().secrets, createMasker))
  const { mask, maskNow } = masker
  onMasked(maskNow)
  const findAddedSecrets = createSecretFinder(masker, await readDigestKey(engineDb))
  const metrics = createMetrics({ db, findWriteFault })
  const traces = await openTraces(settings, mask, log)
  stopHooks.push(traces.stop)
  const artifactReader = createArtifactReader()
  const systems = createSystems({ log, mask, now: () => toInstant(Date.now()) })
  const shared = { settings, policy, log, databaseUrl, mask, maskNow, metrics, traces }
  return {
    ...pools,
    ...shared,
    findWriteFault,
    currentSettings,
    findAddedSecrets,
    artifactReader,
    systems,
    stopHooks,
  }
}

async function startEmbeddedDatabase(
  settings: Settings,
  log: Logger,
  stopHooks: Runtime['stopHooks'],
): Promise<string> {
  const server = await startEmbedded({ dataDir: settings.dataDir, log })
  stopHooks.push(server.stop)
  return server.url
}

/** Loads the OpenTelemetry packages only if there is a collector to send traces to. */
async function openTraces({ otlpEndpoint }: Settings, mask: Mask, log: Logger): Promise<Traces> {
  if (otlpEndpoint === null) return { trace: noopTrace, state: () => 'off', stop: async () => {} }
  const { createTraces } = await import('../adapters/telemetry/traces.ts')
  return createTraces({ endpoint: otlpEndpoint, mask, log })
}

/**
 * Counts the waiting runs every few seconds; the returned function reads the last count. It is only
 * used to share GitHub's request budget among the runs.
 */
export function trackWaitingRuns({ db, log, stopHooks }: Runtime): () => number {
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
        log.debug({ err: error }, 'could not count the waiting runs; the last count is used'),
      ),
    COUNT_WAITING_EVERY_MS,
  )
  stopHooks.push(() => clearInterval(timer))
  return () => waiting
}
