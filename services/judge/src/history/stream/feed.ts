import type { Logger } from 'pino'
import type { Millis } from '../../lib/instant.ts'
import type { RunReader } from '../runs/present-run.ts'
import { findNewestSeq, readStreamEvents, type StreamEvent } from './read-stream-events.ts'
import { createRecentEvents, MAX_PAGE_EVENTS, type RecentEvents } from './recent-events.ts'

/*
 * One reader of the history for each process, however many clients follow it. It reads new events
 * when Postgres notifies (and every few seconds, in case a notification was lost), and keeps the
 * newest for all followers. Followers have no queues: each asks for the events after its own
 * position once it has sent the last. A slow one therefore holds no memory; it falls behind the
 * window of recent events and reads on from the table.
 */

interface FeedDeps extends RunReader {
  readonly log: Pick<Logger, 'debug'>
  /** Starts to listen for new history; called once, by the first follower. */
  readonly listen: (onChange: () => void) => { readonly close: () => Promise<void> }
  /** How often the table is read without a notification; 5 s by default. */
  readonly refreshEveryMs?: Millis
}

export interface FollowOptions {
  /** The number of an event; only later ones follow. Null: only events from now on. */
  readonly after: number | null
  readonly runId: string | null
  readonly signal: AbortSignal
}

export interface Feed {
  /**
   * Starts to follow: when the promise resolves, no later commit is missed. The events end when the
   * caller aborts the signal, which it must do eventually, or when the feed closes. The promise or
   * the generator rejects if Postgres is unavailable.
   */
  follow(options: FollowOptions): Promise<AsyncGenerator<StreamEvent, void, undefined>>
  close(): Promise<void>
}

export function createFeed({ db, display, log, listen, refreshEveryMs = 5_000 }: FeedDeps): Feed {
  const closing = new AbortController()
  const recent = createRecentEvents({ db, display, log, closing: closing.signal })
  let followers = 0
  let listener: { readonly close: () => Promise<void> } | null = null
  const timer = setInterval(() => void recent.refresh(), refreshEveryMs)
  timer.unref()

  const leave = (): void => {
    followers -= 1
    if (followers === 0) recent.close()
  }

  return {
    follow: async (options) => {
      const signal = AbortSignal.any([options.signal, closing.signal])
      const newest = await findNewestSeq(db)
      if (!signal.aborted) {
        listener ??= listen(() => void recent.refresh())
        followers += 1
        signal.addEventListener('abort', leave, { once: true })
        recent.open(newest)
      }
      // After a restored backup a client may know a number that does not exist yet; without the
      // limit it would wait for it forever.
      const after = options.after === null ? newest : Math.min(options.after, newest)
      const events = followEvents({ db, display, recent }, after, { runId: options.runId, signal })
      void recent.refresh()
      return events
    },
    close: async () => {
      closing.abort()
      clearInterval(timer)
      await listener?.close()
    },
  }
}

/** The events after a number: from the window of recent events if possible, else from the table. */
async function* followEvents(
  { recent, ...reader }: RunReader & { readonly recent: RecentEvents },
  after: number,
  { runId, signal }: Pick<FollowOptions, 'runId' | 'signal'>,
): AsyncGenerator<StreamEvent, void, undefined> {
  let position = after
  while (!signal.aborted) {
    const window = recent.current()
    if (window !== null && position >= window.floor) {
      const unsent = window.events.filter(({ seq }) => seq > position)
      for (const event of unsent) {
        if (signal.aborted) return
        if (runId === null || event.runId === runId) yield event
      }
      position = Math.max(position, window.head)
      // Nothing is awaited between this comparison and the wait, so no change is missed.
      if (recent.current() === window) await recent.waitForChange(signal)
      continue
    }
    const head = window?.head ?? position
    const { events, last, more } = await readStreamEvents(reader, {
      after: position,
      runId,
      limit: MAX_PAGE_EVENTS,
    })
    for (const event of events) {
      if (signal.aborted) return
      yield event
    }
    // The read covers everything known before it began, whichever run it belongs to.
    position = more ? (last ?? position) : Math.max(position, last ?? position, head)
  }
}
