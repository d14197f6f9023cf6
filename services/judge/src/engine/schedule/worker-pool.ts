import type { Logger } from 'pino'
import { messageOf } from '../../lib/failure.ts'

/**
 * Does one thing. Resolves to whether it is to be done again at once. Rejects where it could not;
 * the row still says that it is due.
 */
export type Act = (id: string, signals: ActSignals) => Promise<boolean>

export interface ActSignals {
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal
  /**
   * Aborts when it is rung for once more: what was read so far is older than what is known. It
   * never aborts twice in a row, so that however often somebody rings, every second act runs to its
   * end.
   */
  readonly news: AbortSignal
}

interface HandsDeps {
  /** What is done, for the log. */
  readonly name: string
  /** How many things may be in hand at this moment; at least one. */
  readonly atOnce: () => number
  readonly act: Act
  readonly log: Logger
  readonly stopping: AbortSignal
}

/**
 * Those of one process that act on runs, or on effects, so many at once, and on each only one at a
 * time.
 */
export interface Hands {
  /**
   * Begins what there are free hands for. The others wait here for one, first come, first served,
   * each id once.
   */
  give(ids: readonly string[]): void
  /**
   * Begins what there are free hands for, and gives back the others. What is in hand is done once
   * more when it has ended.
   */
  offer(ids: readonly string[]): readonly string[]
  /** Resolves when all of them are begun. */
  take(ids: readonly string[]): Promise<void>
  /** Resolves when nothing is in hand any more. */
  empty(): Promise<void>
}

interface InHand {
  readonly done: Promise<void>
  /** Tells it that it was rung for once more. */
  readonly ring: () => void
}

/**
 * What fails is logged and forgotten: the row still says that it is due, so the sweep comes back to
 * it. What waits here when the process ends, and what had no place to wait, is found in the same
 * way.
 */
export function createHands({ name, atOnce, act, log, stopping }: HandsDeps): Hands {
  const inHand = new Map<string, InHand>()
  /** Each with whether it was interrupted the last time. */
  const waiting = new Map<string, boolean>()
  const free = (): number => (stopping.aborted ? 0 : Math.max(0, atOnce() - inHand.size))
  const begin = (id: string): void => {
    const interrupted = waiting.get(id) ?? false
    waiting.delete(id)
    const news = new AbortController()
    let again = false
    const done = act(id, { stopping, news: news.signal })
      .then(
        (wanted) => {
          again ||= wanted
        },
        (error: unknown) =>
          log.warn(
            { event: 'job_failed', job: name, id, error: messageOf(error) },
            `${name} failed: ${messageOf(error)}`,
          ),
      )
      .finally(() => {
        inHand.delete(id)
        if (again) waiting.set(id, news.signal.aborted)
        for (const next of [...waiting.keys()].slice(0, free())) begin(next)
      })
    const ring = () => {
      again = true
      if (!interrupted) news.abort()
    }
    inHand.set(id, { done, ring })
  }
  const offer = (ids: readonly string[]): readonly string[] =>
    ids.filter((id) => {
      const held = inHand.get(id)
      if (held !== undefined) held.ring()
      else if (free() > 0) begin(id)
      else return true
      return false
    })
  return {
    give: (ids) => {
      for (const id of offer(ids))
        if (waiting.size < PLACES && !waiting.has(id)) waiting.set(id, false)
    },
    offer,
    take: async (ids) => {
      for (const id of ids) {
        while (offer([id]).length > 0) {
          if (stopping.aborted) return
          await Promise.race([...inHand.values()].map(({ done }) => done))
        }
      }
    },
    empty: async () => {
      await Promise.allSettled([...inHand.values()].map(({ done }) => done))
    },
  }
}

/** More than a sweep later it is found by the sweep in any case. */
const PLACES = 2_000
