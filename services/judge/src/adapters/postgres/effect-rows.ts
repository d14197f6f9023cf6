import type { Selectable } from 'kysely'
import type { Effect, EffectKind, EffectState } from '../../decide/effect.ts'
import type { RecordedEffect } from '../../decide/facts.ts'
import type { FailureKind } from '../../lib/failure.ts'
import { type Instant, toInstant } from '../../lib/instant.ts'
import type { Effects } from './types.generated.ts'

export type EffectRow = Selectable<Effects>

/** The effect as planned. Only engine/commit writes the payload. */
export const readEffect = (row: Pick<EffectRow, 'payload'>): Effect =>
  row.payload as unknown as Effect

/** What performers store in `effects.answer` that a decision looks at. */
interface StoredAnswer {
  readonly accepted?: boolean
  readonly unwanted?: RecordedEffect['unwanted']
  readonly unreadable?: RecordedEffect['unreadable']
}

/** The effect as it was at the moment `now`. */
export const viewEffect = (row: EffectRow, now: Instant): RecordedEffect => ({
  id: row.id,
  kind: row.kind as EffectKind,
  key: row.key,
  state: row.state as EffectState,
  because: row.because,
  effect: readEffect(row),
  createdAt: toInstant(row.created_at),
  settledAt: row.settled_at === null ? null : toInstant(row.settled_at),
  failure: row.failure as FailureKind | null,
  ...readAnswer(row),
  inFlight: row.trying_until !== null && toInstant(row.trying_until) > now,
})

function readAnswer(row: EffectRow): Pick<RecordedEffect, 'accepted' | 'unwanted' | 'unreadable'> {
  const answer = row.answer as StoredAnswer | null
  return {
    accepted: answer?.accepted ?? null,
    unwanted: answer?.unwanted ?? null,
    unreadable: answer?.unreadable ?? null,
  }
}
