import type { Logger } from 'pino'
import { consumeTopics } from './adapters/kafka/consume-topics.ts'
import type { Metrics } from './adapters/metrics.ts'
import type { Settings } from './config-settings.ts'
import type { Recorder } from './correlate/incoming.ts'
import { createConsume } from './ingest/consume.ts'
import type { ParseContext } from './ingest/parse.ts'

interface ListenersDeps {
  readonly settings: Settings
  readonly recorder: Recorder
  readonly context: ParseContext
  readonly metrics: Pick<Metrics, 'countEvent' | 'kafkaLags'>
  readonly log: Logger
}

/** What hears of events by asking for them, beside the HTTP routes that are told: one entry a system that is on. */
export interface Listeners {
  /** How a system stands, without asking it; null where nobody listens to it. */
  state(system: string): string | null
  start(): void
  stop(): Promise<void>
}

interface Listening {
  readonly state: () => string
  readonly stop: () => Promise<void>
}

export function createListeners(deps: ListenersDeps): Listeners {
  const running = new Map<string, Listening>()
  return {
    state: (system) => running.get(system)?.state() ?? null,
    start: () => {
      if (deps.settings.kafka !== null) running.set('kafka', listenToKafka(deps, deps.settings.kafka))
    },
    stop: async () => {
      await Promise.all([...running.values()].map(({ stop }) => stop()))
    },
  }
}

function listenToKafka(
  { recorder, context, metrics, log }: ListenersDeps,
  settings: NonNullable<Settings['kafka']>,
): Listening {
  return consumeTopics({
    settings,
    log,
    lags: metrics.kafkaLags,
    consume: createConsume({
      recorder,
      context,
      sources: { [settings.completionsTopic]: 'run-complete', [settings.githubTopic]: 'github' },
      empty: (source) => metrics.countEvent(source, 'ignored'),
    }),
  })
}
