import Type from 'typebox'
import { isFailure } from '../lib/failure.ts'
import { toInstant, toIso } from '../lib/instant.ts'
import { terminalStatuses } from '../run/lifecycle.ts'
import { selectMark } from '../terminal/paint.ts'
import { formatIssue, renderHeading } from '../terminal/render-run.ts'
import { type ShownRun, shownRunSchema } from '../terminal/run-page.ts'
import type { Screen } from '../terminal/screen.ts'
import { wrap } from '../terminal/wrap.ts'
import type { ServiceClient } from './service-client.ts'
import { fetchRunPage, readAnswer } from './show.ts'

const RECONNECT_MS = 1_000

const changeSchema = Type.Object({ run: shownRunSchema })

export interface WatchDeps {
  readonly service: ServiceClient
  readonly screen: Omit<Screen, 'now'>
  readonly print: (line: string) => void
  readonly signal: AbortSignal
  /** Waits for this many milliseconds, or until the signal is aborted. */
  readonly pause: (millis: number, signal: AbortSignal) => Promise<void>
}

/**
 * Prints each change of each run, one after the other, until the signal is aborted. After a lost
 * connection it continues behind the last change, and none is left out.
 */
export async function watchRuns(deps: WatchDeps): Promise<void> {
  for await (const run of followRuns(deps, '/api/codex/events'))
    for (const line of renderChange(run, deps.screen)) deps.print(line)
}

/** Prints how one run stands, and each change, until it has ended or the signal is aborted. */
export async function watchRun(deps: WatchDeps, subject: string): Promise<void> {
  const { run } = readAnswer(changeSchema, await fetchRunPage(deps.service, subject))
  const show = (shown: ShownRun) => {
    const screen = { ...deps.screen, now: toInstant(shown.updatedAt) }
    for (const line of renderHeading(shown, screen)) deps.print(line)
  }
  show(run)
  if (!mayGoOn(run.status)) return
  for await (const changed of followRuns(deps, `/api/codex/runs/${run.id}/events`)) {
    if (changed.updatedAt <= run.updatedAt) continue
    show(changed)
    if (!mayGoOn(changed.status)) return
  }
}

/** Also true for a status of a later release: it may go on. */
const mayGoOn = (status: string): boolean => !terminalStatuses.some((ended) => ended === status)

async function* followRuns(
  { service, signal, pause }: WatchDeps,
  path: string,
): AsyncGenerator<ShownRun> {
  let after: string | null = null
  let isReported = false
  while (!signal.aborted) {
    try {
      for await (const { id, event, data } of service.follow(path, { after, signal })) {
        isReported = false
        after = id ?? after
        if (event === 'run') yield readAnswer(changeSchema, data).run
      }
    } catch (error) {
      if (signal.aborted) return
      if (isFailure(error) && error.kind === 'refused') throw error
      // Said once: the service may be restarting.
      if (!isReported) process.stderr.write('The service is not reached; trying again …\n')
      isReported = true
    }
    await pause(RECONNECT_MS, signal)
  }
}

function renderChange(run: ShownRun, screen: Omit<Screen, 'now'>): readonly string[] {
  const { mark, role } = selectMark(run.status)
  const time = toIso(toInstant(run.updatedAt)).slice(11, 19)
  const [first = '', ...rest] = wrap(
    `${time} ${mark} ${formatIssue(run)} ${run.statusWords}: ${run.headline}`,
    { columns: screen.columns, indent: ' '.repeat(11) },
  )
  return [first.replace(` ${mark} `, ` ${screen.paint(role, mark)} `), ...rest]
}
