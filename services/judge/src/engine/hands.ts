import type { Logger } from 'pino'
import { messageOf } from '../lib/failure.ts'

interface HandsDeps {
  /** What is done, for the log. */
  readonly name: string
  /** How many things may be in hand at this moment; at least one. */
  readonly atOnce: () => number
  readonly act: (id: string, signal: AbortSignal) => Promise<void>
  readonly log: Logger
  readonly stopping: AbortSignal
}

/** Those of one process that act on runs, or on effects, so many at once. */
export interface Hands {
  /** Begins what there are free hands for. The others wait here for one, first come, first served, each id once. */
  give(ids: readonly string[]): void
  /** Begins what there are free hands for, and gives back the others. */
  offer(ids: readonly string[]): readonly string[]
  /** Resolves when all of them are begun. */
  take(ids: readonly string[]): Promise<void>
  /** Resolves when nothing is in hand any more. */
  empty(): Promise<void>
}

/**
 * What fails is logged and forgotten: the row still says that it is due, so the sweep comes back to it. What waits here when the
 * process ends, and what had no place to wait, is found in the same way.
 */
export function createHands({ name, atOnce, act, log, stopping }: HandsDeps): Hands {
  const inHand = new Set<Promise<void>>()
  const waiting = new Set<string>()
  const free = (): number => (stopping.aborted ? 0 : Math.max(0, atOnce() - inHand.size))
  const begin = (id: string): void => {
    waiting.delete(id)
    const done = act(id, stopping)
      .catch((error: unknown) =>
        log.warn(
          { event: 'job_failed', job: name, id, error: messageOf(error) },
          `${name} failed: ${messageOf(error)}`,
        ),
      )
      .finally(() => {
        inHand.delete(done)
        for (const next of [...waiting].slice(0, free())) begin(next)
      })
    inHand.add(done)
  }
  const offer = (ids: readonly string[]): readonly string[] => {
    const now = ids.slice(0, free())
    for (const id of now) begin(id)
    return ids.slice(now.length)
  }
  return {
    give: (ids) => {
      for (const id of offer(ids)) if (waiting.size < PLACES) waiting.add(id)
    },
    offer,
    take: async (ids) => {
      for (const id of ids) {
        while (free() === 0 && !stopping.aborted) await Promise.race(inHand)
        if (stopping.aborted) return
        begin(id)
      }
    },
    empty: async () => {
      await Promise.allSettled([...inHand])
    },
  }
}

/** More than a sweep later it is found by the sweep in any case. */
const PLACES = 2_000
