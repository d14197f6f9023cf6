import { Failure, isFailure } from '../../lib/failure.ts'
import { Problem } from '../../lib/problem.ts'
import type { ParsedMessages } from '../parse/parse-message.ts'
import type { StoredMessage } from '../store-parsed.ts'

/** The run as the API presents it, or null if it does not exist. */
export type ShowRun = (runId: string) => Promise<unknown>

export interface EventAnswer {
  readonly event: { readonly id: string; readonly duplicate: boolean }
  readonly outcome: 'recorded' | 'ignored' | 'quarantined'
  /** Of an ignored message: why it was ignored. */
  readonly because?: string
  readonly run: unknown
  /** For a quarantined element of a batch: the id to replay, and the error. */
  readonly quarantineId?: string
  readonly error?: { readonly code: string; readonly message: string }
}

export interface IngestAnswer extends EventAnswer {
  readonly ok: true
  readonly events?: readonly EventAnswer[]
}

/**
 * The answer once everything is stored. For a batch it lists every element, and at its top level
 * repeats the first that was recorded, or else the first. A single malformed message is thrown as
 * the problem `malformed_event` with its quarantine id.
 */
export async function presentAnswer(
  parsed: ParsedMessages,
  stored: readonly StoredMessage[],
  showRun: ShowRun,
): Promise<IngestAnswer> {
  const [only] = stored
  if (parsed.kind === 'one' && only?.kind === 'quarantined') {
    throw new Problem('malformed_event', only.error.message, {
      extra: { quarantineId: only.inboxId, fault: only.error.code },
    })
  }
  const events: EventAnswer[] = []
  for (const message of stored) events.push(await presentEvent(message, showRun))
  const first =
    events.find(({ outcome }) => outcome === 'recorded') ??
    events.find(({ outcome }) => outcome === 'ignored') ??
    events[0]
  if (first === undefined) throw new Error('a parsed request holds at least one message')
  return { ok: true, ...first, ...(parsed.kind === 'batch' ? { events } : {}) }
}

async function presentEvent(stored: StoredMessage, showRun: ShowRun): Promise<EventAnswer> {
  if (stored.kind === 'quarantined') {
    const { inboxId, error } = stored
    return {
      event: { id: inboxId, duplicate: false },
      outcome: 'quarantined',
      run: null,
      quarantineId: inboxId,
      error,
    }
  }
  const { inboxId, duplicate, outcome, runId } = stored.result
  return {
    event: { id: inboxId, duplicate },
    outcome,
    ...(stored.ignoredBecause === null ? {} : { because: stored.ignoredBecause }),
    run: runId === null ? null : await showStoredRun(runId, showRun),
  }
}

/** The event is stored, so a failed read is `unavailable`: the sender may repeat the request. */
async function showStoredRun(runId: string, showRun: ShowRun): Promise<unknown> {
  try {
    return await showRun(runId)
  } catch (error) {
    throw isFailure(error)
      ? error
      : new Failure('unavailable', 'The event was recorded, but its run could not be read.', {
          cause: error,
        })
  }
}
