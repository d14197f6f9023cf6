import { Failure, isFailure } from '../../lib/failure.ts'
import { Problem } from '../../lib/problem.ts'
import type { Parsed } from '../parse/parse.ts'
import type { Taken } from '../take.ts'

/** The run as the API shows it, or null where there is none (any more). */
export type ShowRun = (runId: string) => Promise<unknown>

export interface EventAnswer {
  readonly event: { readonly id: string; readonly duplicate: boolean }
  readonly outcome: 'recorded' | 'ignored' | 'quarantined'
  readonly run: unknown
  /** Of a quarantined element of a batch: what to replay, and what is wrong with it. */
  readonly quarantineId?: string
  readonly error?: { readonly code: string; readonly message: string }
}

export interface IngestAnswer extends EventAnswer {
  readonly ok: true
  readonly events?: readonly EventAnswer[]
}

/**
 * What is answered once everything is on disk. A batch speaks of each of its elements, and at its
 * top of the first that was recorded (else of its first). A single malformed message is thrown as
 * `malformed_event` with the id under which it is kept.
 */
export async function answer(
  parsed: Parsed,
  taken: readonly Taken[],
  showRun: ShowRun,
): Promise<IngestAnswer> {
  const [only] = taken
  if (parsed.kind === 'one' && only?.kind === 'quarantined') {
    throw new Problem('malformed_event', only.error.message, {
      extra: { quarantineId: only.inboxId, fault: only.error.code },
    })
  }
  const events: EventAnswer[] = []
  for (const one of taken) events.push(await eventAnswer(one, showRun))
  const first =
    events.find(({ outcome }) => outcome === 'recorded') ??
    events.find(({ outcome }) => outcome === 'ignored') ??
    events[0]
  if (first === undefined) throw new Error('a parsed request holds at least one message')
  return { ok: true, ...first, ...(parsed.kind === 'batch' ? { events } : {}) }
}

async function eventAnswer(taken: Taken, showRun: ShowRun): Promise<EventAnswer> {
  if (taken.kind === 'quarantined') {
    const { inboxId, error } = taken
    return {
      event: { id: inboxId, duplicate: false },
      outcome: 'quarantined',
      run: null,
      quarantineId: inboxId,
      error,
    }
  }
  const { inboxId, duplicate, outcome, runId } = taken.recorded
  return {
    event: { id: inboxId, duplicate },
    outcome,
    run: runId === null ? null : await shown(runId, showRun),
  }
}

/**
 * The event is on disk, so a reading that fails is no fault of the sender's: it may ask again, and
 * will be told "duplicate".
 */
async function shown(runId: string, showRun: ShowRun): Promise<unknown> {
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
