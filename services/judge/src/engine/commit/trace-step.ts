import type { Step } from '../../decide/step.ts'
import { instant } from '../../lib/instant.ts'
import type { About, Trace } from '../../lib/trace.ts'
import { issueLabel } from '../../run/run.ts'
import type { Loaded } from '../observe/load.ts'

/** The words for a run by which every part of its trace is found. */
export const aboutRun = ({ run }: Loaded): About => ({
  'run.issue': issueLabel(run.claims.repository, run.claims.issueNumber),
  'run.attempt': run.attempt,
  'run.status_before': run.status,
})

const outcomeOf = ({ run }: Loaded, step: Step): About => ({
  'run.status': step.kind === 'stay' ? run.status : step.status,
  'run.reason': step.kind === 'end' ? step.reason : null,
})

/** What a committed step made of the run. */
export function traceStep(
  trace: Trace,
  loaded: Loaded,
  { step, effects }: { step: Step; effects: number },
): void {
  trace.tell({ step: step.kind, effects, ...outcomeOf(loaded, step) })
}

/**
 * The root of the run's trace. A run that is judged again ends again, and has one root all the
 * same: its first end.
 */
export function traceEnd(trace: Trace, loaded: Loaded, step: Step): void {
  if (step.kind !== 'end' || loaded.row.decided_at !== null) return
  trace.ended(loaded.run.id, instant(loaded.row.created_at), {
    ...aboutRun(loaded),
    ...outcomeOf(loaded, step),
  })
}
