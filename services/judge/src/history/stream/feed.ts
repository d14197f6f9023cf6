import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { messageOf } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'
import { newestSeq, readEvents, type StreamEvent } from './stream-events.ts'

/*
 * One reader of the history a process, however many follow it. New records are read once, when
 * Postgres rings (and every few seconds, should the bell be broken), and the newest are kept for
 * all. Nothing is queued for anybody: each follower asks for what is behind its own place when it
 * has sent the last, so one that is slow holds no memory; it only falls behind the kept ones, and
 * reads on from the table.
 */

interface FeedDeps {
  readonly db: Kysely<DB>
  readonly log: Pick<Logger, 'debug'>
  /** Begins to listen for news; called once, with the first follower. */
  readonly listen: (onNews: () => void) => { readonly close: () => Promise<void> }
  /** How often the table is looked at although nobody rang. */
  readonly every?: Millis
}

export interface Following {
  /** Everything behind this number; null: only what comes from now on. */
  readonly after: number | null
  readonly runId: string | null
  readonly signal: AbortSignal
}

export interface Feed {
  /**
   * Begins to follow; when it resolves, nothing that is committed later is missed. The records end
   * when the signal is aborted, which whoever follows must do in the end, or the feed closes.
   * Rejects (also later) where Postgres is away.
   */
  follow(following: Following): Promise<AsyncGenerator<StreamEvent, void, undefined>>
  close(): Promise<void>
}

const keptForAll = 100
const page = 100

/** The newest records there are: every one behind `floor`, up to `head`. */
interface Recent {
  readonly events: readonly StreamEvent[]
  readonly floor: number
  readonly head: number
}

function grown(before: Recent, events: readonly StreamEvent[], head: number): Recent {
  const all = [...before.events, ...events]
  const dropped = all.at(-keptForAll - 1)
  return { events: all.slice(-keptForAll), floor: dropped?.seq ?? before.floor, head }
}

export function createFeed({ db, log, listen, every = 5_000 }: FeedDeps): Feed {
  /** Null while nobody follows. */
  let recent: Recent | null = null
  let followers = 0
  let bell: { readonly close: () => Promise<void> } | null = null
  let reading = false
  let rungMeanwhile = false
  const closing = new AbortController()
  const waiting = new Set<() => void>()

  /**
   * Reads what is new for all followers, one reading at a time; whoever rings during one has it
   * looked at again.
   */
  const refresh = async (): Promise<void> => {
    if (reading) {
      rungMeanwhile = true
      return
    }
    reading = true
    try {
      do {
        rungMeanwhile = false
        while (recent !== null && !closing.signal.aborted) {
          const before: Recent = recent
          const { events, last } = await readEvents(db, {
            after: before.head,
            runId: null,
            limit: page,
          })
          if (last === null || recent !== before) break
          recent = grown(before, events, last)
          for (const wake of waiting) wake()
        }
      } while (rungMeanwhile)
    } catch (error) {
      log.debug(
        { event: 'feed', error: messageOf(error) },
        'the history could not be read; trying again soon',
      )
    } finally {
      reading = false
    }
  }
  const timer = setInterval(() => void refresh(), every)
  timer.unref()

  const news = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const wake = () => {
        waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      waiting.add(wake)
      signal.addEventListener('abort', wake)
    })

  async function* records(
    from: number,
    { runId, signal }: Following,
  ): AsyncGenerator<StreamEvent, void, undefined> {
    let at = from
    while (!signal.aborted) {
      const shared = recent
      if (shared !== null && at >= shared.floor) {
        const behind = shared.events.filter(({ seq }) => seq > at)
        for (const event of behind) {
          if (signal.aborted) return
          if (runId === null || event.runId === runId) yield event
        }
        at = Math.max(at, shared.head)
        // Nothing is awaited between this look and the wait, so that no bell rings unheard in
        // between.
        if (recent === shared) await news(signal)
        continue
      }
      const head = shared?.head ?? at
      const { events, last, more } = await readEvents(db, { after: at, runId, limit: page })
      for (const event of events) {
        if (signal.aborted) return
        yield event
      }
      // What was known before the reading began is covered by it, of this run or not.
      at = more ? (last ?? at) : Math.max(at, last ?? at, head)
    }
  }

  const leave = (): void => {
    followers -= 1
    if (followers === 0) recent = null
  }

  return {
    follow: async (following) => {
      const signal = AbortSignal.any([following.signal, closing.signal])
      const newest = await newestSeq(db)
      if (!signal.aborted) {
        bell ??= listen(() => void refresh())
        followers += 1
        signal.addEventListener('abort', leave, { once: true })
        recent ??= { events: [], floor: newest, head: newest }
      }
      // A number from a future that a restored database does not know would wait for ever.
      const from = following.after === null ? newest : Math.min(following.after, newest)
      const all = records(from, { ...following, signal })
      void refresh()
      return all
    },
    close: async () => {
      closing.abort()
      clearInterval(timer)
      await bell?.close()
    },
  }
}
