import type { Transaction } from 'kysely'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { Effect, EffectKind, EffectOf } from '../decide/effect.ts'
import type { Instant } from '../lib/instant.ts'
import type { RunId } from '../run/run.ts'

/** One try of one effect, already committed as a row before the performer is called. */
export interface Try {
  readonly effectId: string
  readonly runId: RunId
  readonly number: number
  readonly createdAt: Instant
  /** When the first try of this effect began; what patience is counted from. */
  readonly firstTriedAt: Instant
  /** True where an earlier try was never answered: look outside before doing it again. */
  readonly afterUnknown: boolean
  /** Postgres's now at the start of this try. */
  readonly now: Instant
  /**
   * Aborts at shutdown, and where this process stood still for longer than the try's lease; goes
   * into every request.
   */
  readonly signal: AbortSignal
}

/** JSON, as it is stored in `effects.answer`. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json }

export interface Settlement {
  readonly state: 'done' | 'skipped'
  readonly because: string
  readonly answer?: Json
  /**
   * Rows to be written in the transaction that settles the try, so that the answer and what follows
   * from it are one.
   */
  readonly also?: (trx: Transaction<DB>) => Promise<void>
}

/**
 * Does one kind of effect. Rejects with `Failure`: `unavailable` is tried again with back-off until
 * the effect gives up, `refused` and `forbidden` are final, `unknown` is looked up before the next
 * try. The `answer` it returns is all that is kept.
 */
export interface Performer<E extends Effect> {
  perform(effect: E, attempt: Try): Promise<Settlement>
}

export type Performers = { readonly [K in EffectKind]: Performer<EffectOf<K>> }
