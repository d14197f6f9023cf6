import { createArgoWorkflows } from '../adapters/argo/workflows.ts'
import { boundIntake } from '../correlate/bound-intake.ts'
import { countMessages } from '../correlate/count-messages.ts'
import type { Recorder } from '../correlate/messages.ts'
import { createRecorder } from '../correlate/recorder.ts'
import { traceMessages } from '../correlate/trace-messages.ts'
import type { ArgoWorkflows } from '../ingest/argo/port.ts'
import type { ParseContext } from '../ingest/parse/parse-message.ts'
import { createRepositoryFilter } from '../ingest/parse/repository-filter.ts'
import { createArgoSettings } from './clients.ts'
import type { Runtime } from './runtime.ts'
import type { Wakeups } from './start-engine.ts'

/**
 * What every source of messages shares: the recorder that stores them, the context that parses
 * them, and Argo, which is asked for the completions that never arrived.
 */
export interface Intake {
  readonly recorder: Recorder
  readonly context: ParseContext
  /** Null: Argo is off. */
  readonly argo: ArgoWorkflows | null
}

/** Seconds of the throughput of one replica, and what its memory can spare. */
const intakeBounds = { messages: 2_000, bytes: 32 * 1024 * 1024 }

export function createIntake(
  { settings, currentSettings, policy, db, mask, metrics, traces, systems, log }: Runtime,
  wakeups: Wakeups,
): Intake {
  const argo = createArgoSettings(settings, systems.watch('argo'), currentSettings.read)
  const recorder = createRecorder({
    ...{ db, mask, awaitsArgo: argo !== null },
    wakeRuns: wakeups.wake.wakeRuns,
  })
  const onMessage: Parameters<typeof countMessages>[1] = (source, outcome, because) => {
    metrics.countEvent(source, outcome)
    if (outcome === 'ignored')
      log.debug({ event: 'message_ignored', source, because }, `ignored: ${because}`)
  }
  const bounded = boundIntake(recorder, intakeBounds)
  return {
    recorder: traceMessages(countMessages(bounded, onMessage), traces.trace),
    context: {
      mayJudge: createRepositoryFilter(settings.github.repositories),
      reviewers: settings.github.reviewers,
      ourContext: policy.values.status.context,
    },
    argo: argo === null ? null : createArgoWorkflows(argo),
  }
}
