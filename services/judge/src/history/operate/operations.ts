import type { Transaction } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { PersonAction } from '../../decide/decide-person-action.ts'
import type { QuarantineEntry } from './quarantine.ts'

/** The result of an action on a run: `conflict` if the state of the run does not allow it. */
export type OperationResult =
  | { readonly kind: 'accepted'; readonly runId: string; readonly afterCommit?: () => void }
  | { readonly kind: 'conflict'; readonly because: string }
  | { readonly kind: 'not_found' }

export interface RerunRequest {
  readonly repository: string
  readonly issueNumber: number
  readonly prompt: string
  /** The run whose next attempt this is; null: the newest of the issue. */
  readonly runId: string | null
  readonly actor: string
}

export interface ActionRequest {
  readonly runId: string
  readonly action: PersonAction
  readonly actor: string
}

/** `not_offered`: the question has other options. */
export type AnswerOutcome =
  | OperationResult
  | { readonly kind: 'not_offered'; readonly offered: readonly string[] }

export interface AnswerRequest {
  readonly escalationIds: readonly string[]
  readonly option: 'rerun' | 'resume' | 'accept' | 'close'
  readonly note: string | null
  readonly actor: string
}

/**
 * What people may do to runs and messages, in the transaction that also stores the response. An
 * operation that waited for another connection would hold its own meanwhile.
 */
export interface Operations {
  readonly rerun: (request: RerunRequest, trx: Transaction<DB>) => Promise<OperationResult>
  readonly act: (request: ActionRequest, trx: Transaction<DB>) => Promise<OperationResult>
  /** The result for each id. An answer counts for every run of its escalation. */
  readonly answer: (
    request: AnswerRequest,
    trx: Transaction<DB>,
  ) => Promise<ReadonlyMap<string, AnswerOutcome>>
  /**
   * Parses a quarantined message again, with the corrected body unless it is undefined, and records
   * it. Resolves to what ingest would have answered; throws `Problem` `invalid` if the message is
   * still malformed.
   */
  replay(
    message: QuarantineEntry,
    corrected: unknown,
    trx: Transaction<DB>,
  ): Promise<{
    readonly answer: { readonly event: { readonly id: string } }
    readonly afterCommit: () => void
  }>
}
