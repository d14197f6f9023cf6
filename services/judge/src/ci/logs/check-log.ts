import { listErrorLines } from './error-lines.ts'
import { cutLogWindow } from './log-window.ts'

/** What the log of a failed job says: the part that people and agents read, and what failed. */
export interface CheckLog {
  readonly window: string
  /** See `listErrorLines`. */
  readonly errors: readonly string[]
}

/** Reads a log whose lines were cleaned (`cleanLog`) and whose secrets were masked, in this order. */
export const readCheckLog = (clean: string): CheckLog => ({
  window: cutLogWindow(clean),
  errors: listErrorLines(clean),
})
