import type { Selectable } from 'kysely'
import type { Effect, EffectKind, EffectState } from '../../decide/effect.ts'
import type { RecordedEffect } from '../../decide/facts.ts'
import { toInstant } from '../../lib/instant.ts'
import type { Effects } from './types.generated.ts'

export type EffectRow = Selectable<Effects>

/** The effect as planned. Only engine/commit writes the payload. */
export const readEffect = (row: Pick<EffectRow, 'payload'>): Effect =>
  row.payload as unknown as Effect

export const viewEffect = (row: EffectRow): RecordedEffect => ({
  id: row.id,
  kind: row.kind as EffectKind,
  key: row.key,
  state: row.state as EffectState,
  because: row.because,
  effect: readEffect(row),
  createdAt: toInstant(row.created_at),
  settledAt: row.settled_at === null ? null : toInstant(row.settled_at),
  accepted: (row.answer as { accepted?: boolean } | null)?.accepted ?? null,
})
