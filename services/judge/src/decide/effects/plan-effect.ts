import type { Instant, Millis } from '../../lib/instant.ts'
import type { Effect } from '../effect.ts'
import type { PlannedEffect } from '../step.ts'

/** How long an effect is retried before it counts as failed, unless it states its own limit. */
const DEFAULT_PATIENCE_MS: Millis = 24 * 3_600_000

/** An effect to begin at once, retried for a day, unless `options` says otherwise. */
export const planEffect = (
  effect: Effect,
  options: { notBefore?: Instant; patience?: Millis; skip?: string } = {},
): PlannedEffect => ({
  effect,
  notBefore: options.notBefore ?? null,
  patience: options.patience ?? DEFAULT_PATIENCE_MS,
  skip: options.skip ?? null,
})
