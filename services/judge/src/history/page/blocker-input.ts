import type { Diff } from '../../diff/diff.ts'
import type { Status } from '../../run/lifecycle.ts'
import type { BlockerView, CoverageView } from '../http/run-page-schemas.ts'
import type { GateView, RunView, WaitingView } from '../http/run-schemas.ts'
import type { StoredFacts } from './stored-facts.ts'

/** One thing that the prompt of the next attempt asks for. */
export interface StoredInstruction {
  readonly id: string
  readonly gate: string
  readonly text: string
}

/** What the next attempt made of an instruction. */
export interface StoredUptake {
  readonly id: string
  readonly gate: string
  readonly result: 'obeyed' | 'ignored' | 'worse' | null
  readonly because: string
}

export interface BlockerInput {
  readonly status: Status
  readonly run: RunView
  readonly gates: readonly GateView[]
  readonly facts: StoredFacts
  readonly diff: Diff | null
  readonly logs: ReadonlyMap<number, string>
  /** What was to be done next; empty if nothing was, or by an older release. */
  readonly instructions: readonly StoredInstruction[]
  readonly child: { readonly id: string; readonly uptake: readonly StoredUptake[] } | null
  readonly waiting: readonly WaitingView[]
  readonly question: {
    readonly id: string
    readonly text: string
    readonly recommendation: string
  } | null
  /** What the verdict that was acted on says; empty if none was. */
  readonly coverage: readonly CoverageView[]
  /** When the reviewer was asked, and the failed checks were run again. */
  readonly requestedReviewAt: string | null
  readonly rerunAt: string | null
  readonly decidedBy: string | null
}

/** A card without what most of them do not have. */
export const createCard = (
  card: Pick<BlockerView, 'id' | 'kind' | 'title' | 'text' | 'owner'> & Partial<BlockerView>,
): BlockerView => ({
  severity: null,
  path: null,
  line: null,
  url: null,
  since: null,
  commitSha: null,
  excerpt: null,
  until: null,
  usualSeconds: null,
  counts: null,
  asked: null,
  afterwards: null,
  became: null,
  ...card,
})
