import type { Step } from '../../decide/step.ts'
import type { Kept } from '../observe/fact-cache.ts'
import type { Loaded } from '../observe/load.ts'
import type { Observation } from '../observe/observe.ts'

/** A step that is to be written, with all that it was decided from. */
export interface Committing {
  readonly loaded: Loaded
  readonly observation: Observation
  readonly kept: Kept
  readonly step: Step
  /**
   * `timer`, `inbox:<id>` or `person:<name>`: what made this look happen, as far as it is known.
   */
  readonly causedBy: string
  readonly by: string
}
