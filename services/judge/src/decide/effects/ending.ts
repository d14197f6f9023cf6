import type { VerdictAnswer } from '../../judge/verdict.ts'
import type { TerminalStatus } from '../../run/lifecycle.ts'
import type { Reason } from '../../run/reasons.ts'

/** How a run ended, as the effects that report it need it. */
export interface Ending {
  readonly status: TerminalStatus
  readonly reason: Reason
  readonly causeReason: Reason | null
  readonly because: string
  readonly answer: VerdictAnswer | null
  readonly nextPrompt: string | null
  /** `service`, or the person who decided. */
  readonly by: string
}
