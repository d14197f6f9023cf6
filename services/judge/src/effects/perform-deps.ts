import { type Kysely, sql, type Transaction } from 'kysely'
import type { Logger } from 'pino'
import { type EffectRow, readEffect } from '../adapters/postgres/effect-rows.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { Effect, EffectKind } from '../decide/effect.ts'
import type { Millis } from '../lib/instant.ts'
import type { Mask } from '../lib/mask.ts'
import type { Trace } from '../lib/trace.ts'
import type { Signal } from '../run/run.ts'
import type { Performers, Try } from './performer.ts'

/** What those need who begin, make and settle a try. */
export interface PerformDeps {
  readonly db: Kysely<DB>
  readonly log: Logger
  readonly performers: Performers
  readonly ring: (runIds: readonly string[]) => void
  /** Rings for the effect when this much time has passed. */
  readonly ringLater: (effectId: string, wait: Millis) => void
  /**
   * Keeps the lease of a try until it is disposed of; `lost` aborts where that was not possible.
   */
  readonly hold: (effectId: string) => Disposable & { readonly lost: AbortSignal }
  readonly leaseSeconds: number
  /** `observe` where the policy only watches this repository. */
  readonly modeOf: (repository: string | null) => 'act' | 'observe'
  readonly mask: Mask
  readonly counted: (kind: EffectKind, outcome: string) => void
  readonly trace: Trace
}

/** A try that is on record and about to be made. */
export interface Begun {
  readonly row: EffectRow
  readonly effect: Effect
  readonly attempt: Omit<Try, 'signal'>
}

/** Effects whose answer a run waits for, and the signal it carries. */
export const ANSWERS: Partial<Record<EffectKind, Signal>> = {
  ask: 'verdict',
  dispatch: 'effect',
  requestReview: 'effect',
  rerunChecks: 'effect',
}

/**
 * What came back is a fact: the run is to look again, and a decision made without it is not to be
 * committed.
 */
export async function nudge(trx: Transaction<DB>, row: EffectRow): Promise<void> {
  const signal = ANSWERS[readEffect(row).kind]
  if (!signal) return
  await trx
    .updateTable('runs')
    .set({ nudges: sql`nudges + 1`, due_at: sql`now()` })
    .where('id', '=', row.run_id)
    .execute()
}
