import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import { consumeTopics } from '../adapters/kafka/consume-topics.ts'
import { consumeAgentMessages } from '../adapters/nats/consume-agent-messages.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { Metrics } from '../adapters/telemetry/metrics.ts'
import type { Settings } from '../config/settings.ts'
import { findCompletedWorkflows } from '../correlate/find-completed-workflows.ts'
import type { Recorder } from '../correlate/messages.ts'
import { recordAgentMessages } from '../correlate/record-agent-messages.ts'
import { startPeriodicTask } from '../engine/schedule/periodic-task.ts'
import type { ArgoWorkflows } from '../ingest/argo/port.ts'
import { createSweepArgo } from '../ingest/argo/sweep-argo.ts'
import { createConsume } from '../ingest/kafka/consume.ts'
import { createStoreAgentMessages } from '../ingest/nats/store-agent-messages.ts'
import type { ParseContext } from '../ingest/parse/parse-message.ts'
import { toInstant } from '../lib/instant.ts'
import type { Mask } from '../lib/mask.ts'
import type { Trace } from '../lib/trace.ts'
import type { Systems } from './systems.ts'

interface ConsumersDeps {
  readonly settings: Settings
  readonly db: Kysely<DB>
  /** Null: Argo is off. */
  readonly argo: ArgoWorkflows | null
  readonly recorder: Recorder
  readonly mask: Mask
  readonly context: ParseContext
  readonly metrics: Pick<Metrics, 'countEvent' | 'setKafkaLag'>
  readonly trace: Trace
  readonly systems: Systems
  readonly log: Logger
}

/**
 * The consumers of events that are pulled (Kafka, NATS, Argo) instead of posted to the HTTP API.
 */
export interface Consumers {
  /** Why the messages of a system are not stored, although it answers; null: they are. */
  findHold(system: string): string | null
  /** True while many consumed records are not stored yet; the engine then delays its own work. */
  isOverloaded(): boolean
  start(): void
  stop(): Promise<void>
}

interface RunningConsumer {
  readonly findHold: () => string | null
  readonly stop: () => Promise<void>
}

/** Consumers are overloaded while more records than this wait to be stored. */
const OVERLOAD_RECORDS_MIN = 50

export function createConsumers(deps: ConsumersDeps): Consumers {
  const running = new Map<string, RunningConsumer>()
  const unstored = { records: 0 }
  return {
    isOverloaded: () => unstored.records > OVERLOAD_RECORDS_MIN,
    findHold: (system) => running.get(system)?.findHold() ?? null,
    start: () => {
      if (deps.settings.kafka !== null)
        running.set('kafka', startKafkaConsumer(deps, deps.settings.kafka, unstored))
      if (deps.settings.nats !== null)
        running.set('nats', startAgentMessageConsumer(deps, deps.settings.nats))
      if (deps.settings.argo !== null && deps.argo !== null)
        running.set(
          'argo',
          startArgoSweep(deps, { argo: deps.argo, every: deps.settings.argo.sweepInterval }),
        )
    },
    stop: async () => {
      await Promise.all([...running.values()].map(({ stop }) => stop()))
    },
  }
}

function startKafkaConsumer(
  { recorder, context, metrics, trace, systems, log }: ConsumersDeps,
  settings: NonNullable<Settings['kafka']>,
  unstored: { records: number },
): RunningConsumer {
  const consume = createConsume({
    recorder,
    context,
    sources: { [settings.completionsTopic]: 'run-complete', [settings.githubTopic]: 'github' },
    onTombstone: (source) => metrics.countEvent(source, 'ignored'),
  })
  return consumeTopics({
    settings,
    log,
    watch: systems.watch('kafka'),
    onLag: metrics.setKafkaLag,
    consume: async (records) => {
      unstored.records += records.length
      try {
        return await trace.markArrival(() => consume(records))
      } finally {
        unstored.records -= records.length
      }
    },
  })
}

function startAgentMessageConsumer(
  { db, mask, recorder, metrics, systems, log }: ConsumersDeps,
  settings: NonNullable<Settings['nats']>,
): RunningConsumer {
  return consumeAgentMessages({
    settings,
    log,
    watch: systems.watch('nats'),
    store: createStoreAgentMessages({
      record: (messages) => recordAgentMessages({ db, mask }, messages),
      recorder,
      onCounted: (outcome) => metrics.countEvent('agent', outcome),
    }),
  })
}

/** Longer than a sweep of a large cluster takes; a slower one waits for an Argo that hangs. */
const SWEEP_TIMEOUT_MS = 120_000

/** Periodically, on one replica, looks for completed workflows whose events never arrived. */
function startArgoSweep(
  { db, recorder, context, log }: ConsumersDeps,
  { argo, every }: { readonly argo: ArgoWorkflows; readonly every: number },
): RunningConsumer {
  const sweep = createSweepArgo({
    argo,
    recorder,
    context,
    findCompleted: (uids) => findCompletedWorkflows(db, uids),
    now: () => toInstant(Date.now()),
  })
  const { stop } = startPeriodicTask(
    { db, log },
    {
      name: 'sweep-argo',
      every,
      limit: SWEEP_TIMEOUT_MS,
      work: async (signal) => {
        const missed = await sweep(signal)
        if (missed > 0)
          log.warn(
            { event: 'completions_missed', workflows: missed },
            'the Argo sweep found completed workflows whose events never arrived',
          )
      },
    },
  )
  return { findHold: () => null, stop }
}
