import type { Logger } from 'pino'
import { getErrorMessage } from '../../lib/failure.ts'
import type { RunReader } from '../runs/present-run.ts'
import { readStreamEvents, type StreamEvent } from './read-stream-events.ts'

/** The newest events: every event after the number `floor`, up to `head`. */
export interface EventWindow {
  readonly events: readonly StreamEvent[]
  readonly floor: number
  readonly head: number
}

/** The newest events of the history, read once for all followers. */
export interface RecentEvents {
  /** The current window, or null while it is closed. */
  current(): EventWindow | null
  /** Opens the window behind the newest event, unless it is open already. */
  open(newest: number): void
  close(): void
  /** Reads the events after the window. A call during a read makes it read once more. */
  refresh(): Promise<void>
  /** Resolves with the next change of the window, or when the signal aborts. */
  waitForChange(signal: AbortSignal): Promise<void>
}

interface RecentEventsDeps extends RunReader {
  readonly log: Pick<Logger, 'debug'>
  /** Ends every read after the current query. */
  readonly closing: AbortSignal
}

const MAX_RECENT_EVENTS = 100
export const MAX_PAGE_EVENTS = 100

export function createRecentEvents({ db, display, log, closing }: RecentEventsDeps): RecentEvents {
  let window: EventWindow | null = null
  let isReading = false
  let mustReadAgain = false
  const waiting = new Set<() => void>()

  const readNewEvents = async (): Promise<void> => {
    while (window !== null && !closing.aborted) {
      const before: EventWindow = window
      const { events, last } = await readStreamEvents(
        { db, display },
        {
          after: before.head,
          runId: null,
          limit: MAX_PAGE_EVENTS,
        },
      )
      if (last === null || window !== before) break
      window = appendEvents(before, events, last)
      for (const wake of waiting) wake()
    }
  }

  return {
    current: () => window,
    open: (newest) => {
      window ??= { events: [], floor: newest, head: newest }
    },
    close: () => {
      window = null
    },
    refresh: async () => {
      if (isReading) {
        mustReadAgain = true
        return
      }
      isReading = true
      try {
        do {
          mustReadAgain = false
          await readNewEvents()
        } while (mustReadAgain)
      } catch (error) {
        log.debug(
          { event: 'feed', error: getErrorMessage(error) },
          'could not read the history; trying again soon',
        )
      } finally {
        isReading = false
      }
    },
    waitForChange: (signal) =>
      new Promise((resolve) => {
        const wake = () => {
          waiting.delete(wake)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        waiting.add(wake)
        signal.addEventListener('abort', wake)
      }),
  }
}

function appendEvents(
  before: EventWindow,
  events: readonly StreamEvent[],
  head: number,
): EventWindow {
  const all = [...before.events, ...events]
  const dropped = all.at(-MAX_RECENT_EVENTS - 1)
  return { events: all.slice(-MAX_RECENT_EVENTS), floor: dropped?.seq ?? before.floor, head }
}
