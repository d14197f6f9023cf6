import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { EffectRow } from '../adapters/postgres/effect-rows.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { Effect, EffectKind } from '../decide/effect.ts'
import type { Millis } from '../lib/instant.ts'
import type { Mask } from '../lib/mask.ts'
import type { Trace } from '../lib/trace.ts'
import type { EffectTry, Performers } from './performer.ts'

/** What beginning, performing and settling a try needs. */
export interface PerformDeps {
  readonly db: Kysely<DB>
  readonly log: Logger
  readonly performers: Performers
  readonly wakeRuns: (runIds: readonly string[]) => void
  /** Wakes the effect after this time. */
  readonly wakeEffectAfter: (effectId: string, wait: Millis) => void
  /** Renews the lease of a try until it is disposed of; `lost` aborts if that was not possible. */
  readonly holdLease: (effectId: string) => Disposable & { readonly lost: AbortSignal }
  readonly leaseSeconds: number
  /** `observe` where the policy only watches this repository. */
  readonly getMode: (repository: string | null) => 'act' | 'observe'
  readonly mask: Mask
  /** Called with the outcome of each try, and of each effect that is not tried any more. */
  readonly onOutcome: (kind: EffectKind, outcome: string) => void
  readonly trace: Trace
}

/** A try that is on record, and whose request may be sent now. */
export interface StartedTry {
  readonly row: EffectRow
  readonly effect: Effect
  readonly effectTry: Omit<EffectTry, 'signal'>
}
