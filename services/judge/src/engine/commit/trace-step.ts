import type { Step } from '../../decide/step.ts'
import { toInstant } from '../../lib/instant.ts'
import type { Trace, TraceAttributes } from '../../lib/trace.ts'
import { formatIssueLabel } from '../../run/run.ts'
import type { LoadedRun } from '../observe/load-run.ts'

/** The attributes by which the spans of a run are found. */
export const describeRun = ({ run }: LoadedRun): TraceAttributes => ({
  'run.issue': formatIssueLabel(run.claims.repository, run.claims.issueNumber),
  'run.attempt': run.attempt,
  'run.status_before': run.status,
})

const describeOutcome = ({ run }: LoadedRun, step: Step): TraceAttributes => ({
  'run.status': step.kind === 'stay' ? run.status : step.status,
  'run.reason': step.kind === 'end' ? step.reason : null,
})

/** Adds to the current span what a committed step changed. */
export function traceStep(
  trace: Trace,
  loaded: LoadedRun,
  { step, effects }: { step: Step; effects: number },
): void {
  trace.setAttributes({ step: step.kind, effects, ...describeOutcome(loaded, step) })
}

/** Ends the root span of the run's trace, at the run's first end: a trace has one root. */
export function traceEnd(trace: Trace, loaded: LoadedRun, step: Step): void {
  if (step.kind !== 'end' || loaded.row.decided_at !== null) return
  trace.endRootSpan(loaded.run.id, toInstant(loaded.row.created_at), {
    ...describeRun(loaded),
    ...describeOutcome(loaded, step),
  })
}
