import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import { consumeTopics } from '../adapters/kafka/consume-topics.ts'
import { consumeAgentComms } from '../adapters/nats/agent-comms.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { Metrics } from '../adapters/telemetry/metrics.ts'
import type { Settings } from '../config/settings.ts'
import { completedWorkflows } from '../correlate/completed-workflows.ts'
import type { Recorder } from '../correlate/incoming.ts'
import { recordAgentMessages } from '../correlate/record-agent-messages.ts'
import { startChore } from '../engine/schedule/periodic-task.ts'
import type { ArgoWorkflows } from '../ingest/argo/port.ts'
import { createSweepArgo } from '../ingest/argo/sweep-argo.ts'
import { createConsume } from '../ingest/kafka/consume.ts'
import { createTakeAgentMessages } from '../ingest/nats/take-agent-messages.ts'
import type { ParseContext } from '../ingest/parse/parse.ts'
import { messageOf } from '../lib/failure.ts'
import { instant } from '../lib/instant.ts'
import type { Mask } from '../lib/mask.ts'
import type { Trace } from '../lib/trace.ts'

interface ListenersDeps {
  readonly settings: Settings
  readonly db: Kysely<DB>
  /** Null: Argo is off. */
  readonly argo: ArgoWorkflows | null
  readonly recorder: Recorder
  readonly mask: Mask
  readonly context: ParseContext
  readonly metrics: Pick<Metrics, 'countEvent' | 'kafkaLags'>
  readonly trace: Trace
  readonly log: Logger
}

/**
 * What hears of events by asking for them, beside the HTTP routes that are told: one entry a system
 * that is on.
 */
export interface Listeners {
  /** How a system stands, without asking it; null where nobody listens to it. */
  state(system: string): string | null
  /** True while many records that were consumed wait to be put on disk. */
  crowded(): boolean
  start(): void
  stop(): Promise<void>
}

interface Listening {
  readonly state: () => string
  readonly stop: () => Promise<void>
}

/**
 * Records in hand from which on looks step back: a topic that is behind is caught up with first.
 */
const CROWD = 50

export function createListeners(deps: ListenersDeps): Listeners {
  const running = new Map<string, Listening>()
  const inHand = { records: 0 }
  return {
    crowded: () => inHand.records > CROWD,
    state: (system) => running.get(system)?.state() ?? null,
    start: () => {
      if (deps.settings.kafka !== null)
        running.set('kafka', listenToKafka(deps, deps.settings.kafka, inHand))
      if (deps.settings.nats !== null) running.set('nats', listenToAgents(deps, deps.settings.nats))
      if (deps.settings.argo !== null && deps.argo !== null)
        running.set(
          'argo',
          sweepArgo(deps, { argo: deps.argo, every: deps.settings.argo.sweepInterval }),
        )
    },
    stop: async () => {
      await Promise.all([...running.values()].map(({ stop }) => stop()))
    },
  }
}

function listenToKafka(
  { recorder, context, metrics, trace, log }: ListenersDeps,
  settings: NonNullable<Settings['kafka']>,
  inHand: { records: number },
): Listening {
  const consume = createConsume({
    recorder,
    context,
    sources: { [settings.completionsTopic]: 'run-complete', [settings.githubTopic]: 'github' },
    empty: (source) => metrics.countEvent(source, 'ignored'),
  })
  return consumeTopics({
    settings,
    log,
    lags: metrics.kafkaLags,
    consume: async (records) => {
      inHand.records += records.length
      try {
        return await trace.arriving(() => consume(records))
      } finally {
        inHand.records -= records.length
      }
    },
  })
}

function listenToAgents(
  { db, mask, recorder, metrics, log }: ListenersDeps,
  settings: NonNullable<Settings['nats']>,
): Listening {
  return consumeAgentComms({
    settings,
    log,
    take: createTakeAgentMessages({
      record: (messages) => recordAgentMessages({ db, mask }, messages),
      recorder,
      counted: (outcome) => metrics.countEvent('agent', outcome),
    }),
  })
}

/**
 * A sweep of a large cluster takes a while; one that takes longer has met an Argo that does not
 * answer.
 */
const SWEEP_LIMIT = 120_000

/** Now and then, on one replica: which workflows have finished without our hearing of it? */
function sweepArgo(
  { db, recorder, context, log }: ListenersDeps,
  { argo, every }: { readonly argo: ArgoWorkflows; readonly every: number },
): Listening {
  let state = 'on'
  const sweep = createSweepArgo({
    argo,
    recorder,
    context,
    completed: (uids) => completedWorkflows(db, uids),
    now: () => instant(Date.now()),
  })
  const { stop } = startChore(
    { db, log },
    {
      name: 'sweep-argo',
      every,
      limit: SWEEP_LIMIT,
      work: async (signal) => {
        try {
          const missed = await sweep(signal)
          state = 'ok'
          if (missed > 0)
            log.warn(
              { event: 'completions_missed', workflows: missed },
              'Argo knew of completions nobody told',
            )
        } catch (error) {
          state = `away: ${messageOf(error)}`
          throw error
        }
      },
    },
  )
  return { state: () => state, stop }
}
