import { addMillis, type Instant, type Millis } from '../../lib/instant.ts'
import { type RecordWorkflowDeps, recordWorkflow } from './record-workflow.ts'

/** Completions older than this are not searched for: the keys of their messages are purged. */
const HORIZON_MS: Millis = 30 * 24 * 60 * 60 * 1000
/** Foreign workflows are remembered, so that each is fetched once; the oldest is dropped first. */
const MAX_FOREIGN_UIDS = 20_000

interface SweepArgoDeps extends RecordWorkflowDeps {
  /** Selects the uids whose completion is recorded. */
  readonly findCompleted: (uids: readonly string[]) => Promise<ReadonlySet<string>>
  readonly now: () => Instant
}

/**
 * Records the completions whose event never arrived, and returns how many there were. Rejects with
 * `Failure` while Argo or PostgreSQL is unavailable.
 */
export type SweepArgo = (signal: AbortSignal) => Promise<number>

/**
 * The guarantee behind workflow events: a broker or sensor that loses one costs only time. A
 * finished workflow is recorded like a message, so a late event is a duplicate of it or changes
 * nothing.
 */
export function createSweepArgo({ findCompleted, now, ...deps }: SweepArgoDeps): SweepArgo {
  const foreign = new Set<string>()
  return async (signal) => {
    let recorded = 0
    const since = addMillis(now(), -HORIZON_MS)
    for await (const page of deps.argo.listFinished({ since }, signal)) {
      const unseen = page.filter(({ uid }) => !foreign.has(uid))
      const completed = await findCompleted(unseen.map(({ uid }) => uid))
      for (const workflow of unseen.filter(({ uid }) => !completed.has(uid))) {
        const outcome = await recordWorkflow(deps, workflow, signal)
        if (outcome.kind === 'recorded') recorded += 1
        if (outcome.kind === 'foreign') remember(foreign, workflow.uid)
      }
    }
    return recorded
  }
}

function remember(uids: Set<string>, uid: string): void {
  uids.add(uid)
  const [oldest] = uids
  if (uids.size > MAX_FOREIGN_UIDS && oldest !== undefined) uids.delete(oldest)
}
