import type { Transaction } from 'kysely'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { Effect, EffectByKind, EffectKind } from '../decide/effect.ts'
import type { Instant } from '../lib/instant.ts'
import type { RunId } from '../run/run.ts'

/** One try of one effect, already committed as a row before the performer is called. */
export interface EffectTry {
  readonly effectId: string
  readonly runId: RunId
  readonly number: number
  readonly createdAt: Instant
  /** When the first try of this effect began; the effect's patience counts from here. */
  readonly firstTriedAt: Instant
  /** True if an earlier try had no answer: look up its result before sending anything. */
  readonly afterUnknown: boolean
  /** Postgres's time at the start of this try. */
  readonly now: Instant
  /**
   * Aborts at shutdown, and when this process stood still for longer than the try's lease. Pass it
   * to every request.
   */
  readonly signal: AbortSignal
}

/** The JSON stored in `effects.answer`. */
export type AnswerJson =
  | null
  | boolean
  | number
  | string
  | readonly AnswerJson[]
  | { readonly [key: string]: AnswerJson }

export interface Settlement {
  /** `replaced`: there was no reason for it any more, and nothing was sent. */
  readonly state: 'done' | 'skipped' | 'replaced'
  readonly because: string
  readonly answer?: AnswerJson
  /** Writes further rows in the transaction that settles the try. */
  readonly alsoWrite?: (trx: Transaction<DB>) => Promise<void>
  /** Called once that transaction is committed, and never if another try settled the effect. */
  readonly afterCommit?: () => void
}

/**
 * Performs one kind of effect, against one external system. Rejects with `Failure`: `unavailable`
 * is retried with back-off until the effect's patience ends, `refused` and `forbidden` are final,
 * and after `unknown` the next try looks up the result first. Only the returned `answer` is stored.
 */
export interface Performer<E extends Effect> {
  perform(effect: E, effectTry: EffectTry): Promise<Settlement>
}

export type Performers = { readonly [K in EffectKind]: Performer<EffectByKind<K>> }
