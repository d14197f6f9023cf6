import type { Step } from '../../decide/step.ts'
import type { Trigger } from '../../receipt/decision-record.ts'
import type { FactCache } from '../observe/fact-cache.ts'
import type { LoadedRun } from '../observe/load-run.ts'
import type { Observation } from '../observe/observe.ts'

/** A step to be written, with everything it was decided from. */
export interface CommitInput {
  readonly loaded: LoadedRun
  readonly observation: Observation
  readonly cache: FactCache
  readonly step: Step
  /** What made the decision, as the receipt records it. */
  readonly trigger: Trigger
  /** `timer`, `inbox:<id>` or `person:<name>`: what caused this step, as far as it is known. */
  readonly causedBy: string
  /** `service`, or the name of the person who decided. */
  readonly by: string
}
