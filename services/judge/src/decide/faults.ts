import type { Millis } from '../lib/instant.ts'
import { clip, collapseSpace } from '../lib/text.ts'

/** The reconciliations of a run that failed since the last one that was committed. */
export interface FaultCount {
  readonly all: number
  /** Those at the end with the same fault. */
  readonly equal: number
  /** Whether the deadline of the run's wait has passed. */
  readonly isOverdue: boolean
}

const FIRST_PAUSE_MS: Millis = 2_000
const MAX_PAUSE_MS: Millis = 60_000
/** After so many equal faults in a row, the next try fails as well. */
const MAX_EQUAL_FAULTS = 10
/** One or two faults at the moment of the deadline may be the last of a short disturbance. */
const MIN_OVERDUE_FAULTS = 3

/** The pause after so many faults, this one included: 2 s, doubling to 60 s. */
export const computeFaultPause = (faults: number): Millis =>
  Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(20, Math.max(0, faults - 1)))

/**
 * Whether a person must be asked instead of trying again: the same fault came again and again, or
 * the run has faults past its deadline, which only a reconciliation could have enforced.
 */
export const isHopeless = ({ all, equal, isOverdue }: FaultCount): boolean =>
  equal >= MAX_EQUAL_FAULTS || (isOverdue && all >= MIN_OVERDUE_FAULTS)

const MAX_FAULT_CHARS = 300

/** Two faults are the same if they differ only in ids, numbers and white space. */
export const normalizeFault = (message: string): string =>
  clip(
    collapseSpace(message)
      .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, '<id>')
      .replace(/\b(?=[0-9a-f]*\d)[0-9a-f]{7,64}\b/gi, '<hex>')
      .replace(/\d+/g, '<n>'),
    MAX_FAULT_CHARS,
  )
