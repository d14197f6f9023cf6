import type { EffectByKind } from '../../services/judge/src/decide/effect.ts'
import type { RecordedEffect } from '../../services/judge/src/decide/facts.ts'
import type { Instant } from '../../services/judge/src/lib/instant.ts'

export interface Dispatch {
  readonly ordinal: number
  /** The failure that it follows; null: a person asked for it. */
  readonly after: 'agent' | 'infrastructure' | null
  readonly plannedAt: Instant
  readonly dueAt: Instant
  readonly state: 'pending' | 'accepted' | 'withdrawn' | 'declined'
  /** What was left of the budget when it was planned, in USD. */
  readonly leftUsd: number
}

/** The dispatches of one issue, in the order of their numbers. */
export interface DispatchBook {
  readonly all: readonly Dispatch[]
  /** The one that waits for its time or for the dispatcher. */
  findPending(): Dispatch | undefined
  add(dispatch: Dispatch): void
  change(ordinal: number, over: Partial<Dispatch>): void
  /** The effects of a run, with what became of its dispatches. */
  settle(effects: readonly RecordedEffect[], now: Instant): readonly RecordedEffect[]
}

const effectStates = { accepted: 'done', withdrawn: 'replaced', declined: 'failed' } as const

export function createDispatchBook(): DispatchBook {
  let all: readonly Dispatch[] = []
  const find = ({ task }: EffectByKind<'dispatch'>): Dispatch | undefined =>
    all.find(({ ordinal }) => ordinal === task.ordinal)
  return {
    get all() {
      return all
    },
    findPending: () => all.findLast(({ state }) => state === 'pending'),
    add: (dispatch) => {
      all = [...all, dispatch]
    },
    change: (ordinal, over) => {
      all = all.map((one) => (one.ordinal === ordinal ? { ...one, ...over } : one))
    },
    settle: (effects, now) =>
      effects.map((recorded) => {
        const { effect, state } = recorded
        const found = effect.kind === 'dispatch' && state === 'pending' ? find(effect) : undefined
        if (found === undefined || found.state === 'pending') return recorded
        return {
          ...recorded,
          state: effectStates[found.state],
          settledAt: now,
          failure: found.state === 'declined' ? 'refused' : null,
        }
      }),
  }
}
