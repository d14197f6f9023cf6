import type { Selectable } from 'kysely'
import type { Effect, EffectKind, EffectState } from '../../decide/effect.ts'
import type { EffectSeen } from '../../decide/facts.ts'
import { instant } from '../../lib/instant.ts'
import type { Effects } from './types.generated.ts'

export type EffectRow = Selectable<Effects>

/** An effect as it was wished; the payload is written by engine/commit only, as it is. */
export const readEffect = (row: Pick<EffectRow, 'payload'>): Effect =>
  row.payload as unknown as Effect

export const viewEffect = (row: EffectRow): EffectSeen => ({
  id: row.id,
  kind: row.kind as EffectKind,
  key: row.key,
  state: row.state as EffectState,
  because: row.because,
  effect: readEffect(row),
  createdAt: instant(row.created_at),
  settledAt: row.settled_at === null ? null : instant(row.settled_at),
  accepted: (row.answer as { accepted?: boolean } | null)?.accepted ?? null,
})
