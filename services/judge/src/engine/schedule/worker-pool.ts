import type { Logger } from 'pino'
import { getErrorMessage } from '../../lib/failure.ts'

/**
 * Does the work due for one id. Resolves to true if it is to be done again at once. Rejects where
 * it could not be done; the row then still says that it is due.
 */
export type WorkerTask = (id: string, signals: TaskSignals) => Promise<boolean>

export interface TaskSignals {
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal
  /**
   * Aborts when the id is submitted again while the task runs: what the task has read so far is out
   * of date. Never aborts two runs in succession, so that however often an id is submitted, every
   * second run finishes.
   */
  readonly stale: AbortSignal
}

interface WorkerPoolDeps {
  /** What the task does, for the log. */
  readonly name: string
  /** How many tasks may run at this moment; at least one. */
  readonly getConcurrency: () => number
  readonly task: WorkerTask
  readonly log: Logger
  readonly stopping: AbortSignal
}

/** A bounded pool: at most `getConcurrency()` tasks at a time, and never two for the same id. */
export interface WorkerPool {
  /**
   * Starts what there is room for. The rest waits in memory, first come, first served, each id
   * once. An id that is running is run once more when its task ends.
   */
  submit(ids: readonly string[]): void
  /** As `submit`, but returns the ids there is no room for instead of letting them wait. */
  trySubmit(ids: readonly string[]): readonly string[]
  /** Resolves when the tasks of all ids have started. */
  run(ids: readonly string[]): Promise<void>
  /** Resolves when no task is running any more. */
  drain(): Promise<void>
}

interface RunningTask {
  readonly done: Promise<void>
  /** Marks the task as stale, and makes it run once more when it ends. */
  readonly resubmit: () => void
}

/** A row that finds no place here is due all the same, and the next sweep finds it. */
const MAX_WAITING = 2_000

/**
 * A failed task is logged and forgotten, and so is what still waits when the process ends: the rows
 * say what is due, and the sweep finds it again.
 */
export function createWorkerPool({
  name,
  getConcurrency,
  task,
  log,
  stopping,
}: WorkerPoolDeps): WorkerPool {
  const running = new Map<string, RunningTask>()
  /** Each id with whether its last run was interrupted. */
  const waiting = new Map<string, boolean>()
  const countFree = (): number =>
    stopping.aborted ? 0 : Math.max(0, getConcurrency() - running.size)
  const start = (id: string): void => {
    const wasInterrupted = waiting.get(id) ?? false
    waiting.delete(id)
    const stale = new AbortController()
    let again = false
    const done = task(id, { stopping, stale: stale.signal })
      .then(
        (wanted) => {
          again ||= wanted
        },
        (error: unknown) =>
          log.warn(
            { event: 'job_failed', job: name, id, error: getErrorMessage(error) },
            `${name} failed: ${getErrorMessage(error)}`,
          ),
      )
      .finally(() => {
        running.delete(id)
        if (again) waiting.set(id, stale.signal.aborted)
        for (const next of [...waiting.keys()].slice(0, countFree())) start(next)
      })
    const resubmit = () => {
      again = true
      if (!wasInterrupted) stale.abort()
    }
    running.set(id, { done, resubmit })
  }
  const trySubmit = (ids: readonly string[]): readonly string[] =>
    ids.filter((id) => {
      const current = running.get(id)
      if (current !== undefined) current.resubmit()
      else if (countFree() > 0) start(id)
      else return true
      return false
    })
  return {
    submit: (ids) => {
      for (const id of trySubmit(ids))
        if (waiting.size < MAX_WAITING && !waiting.has(id)) waiting.set(id, false)
    },
    trySubmit,
    run: async (ids) => {
      for (const id of ids) {
        while (trySubmit([id]).length > 0) {
          if (stopping.aborted) return
          await Promise.race([...running.values()].map(({ done }) => done))
        }
      }
    },
    drain: async () => {
      await Promise.allSettled([...running.values()].map(({ done }) => done))
    },
  }
}
