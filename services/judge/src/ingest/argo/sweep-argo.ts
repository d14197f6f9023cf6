import type { Recorder } from '../../correlate/incoming.ts'
import { after, type Instant, type Millis } from '../../lib/instant.ts'
import { isMalformed, type ParseContext, parse } from '../parse/parse.ts'
import { take } from '../take.ts'
import type { ArgoWorkflow, ArgoWorkflows } from './port.ts'

/**
 * How far back a completion is missed: what finished before belongs to another time, and its
 * messages are forgotten.
 */
const HORIZON: Millis = 30 * 24 * 60 * 60 * 1000
/**
 * Strangers are remembered, so that each is fetched once; so many at most, the oldest forgotten
 * first.
 */
const STRANGERS = 20_000

interface SweepDeps {
  readonly argo: ArgoWorkflows
  readonly recorder: Recorder
  readonly context: ParseContext
  /** Of these uids, those whose completion is known. */
  readonly completed: (uids: readonly string[]) => Promise<ReadonlySet<string>>
  readonly now: () => Instant
}

/**
 * Finds the completions nobody told us of, and tells how many they were. Rejects with `Failure`
 * where Argo or Postgres is away.
 */
export type SweepArgo = (signal: AbortSignal) => Promise<number>

/**
 * The guarantee behind the events of workflows: a broker or a sensor that lost one loses time only.
 * What Argo shows of a finished workflow is recorded like a message, so it meets the one that comes
 * late after all, and is a repetition of it or changes nothing.
 */
export function createSweepArgo({ argo, recorder, context, completed, now }: SweepDeps): SweepArgo {
  const strangers = new Set<string>()
  return async (signal) => {
    let found = 0
    for await (const page of argo.finished({ since: after(now(), -HORIZON) }, signal)) {
      const unseen = page.filter(({ uid }) => !strangers.has(uid))
      const known = await completed(unseen.map(({ uid }) => uid))
      for (const workflow of unseen.filter(({ uid }) => !known.has(uid))) {
        const taken = await hear({ argo, recorder, context }, workflow, signal)
        if (taken.kind === 'taken') found += 1
        if (taken.kind === 'not ours') remember(strangers, workflow.uid)
      }
    }
    return found
  }
}

function remember(strangers: Set<string>, uid: string): void {
  strangers.add(uid)
  const [oldest] = strangers
  if (strangers.size > STRANGERS && oldest !== undefined) strangers.delete(oldest)
}

/** What became of one workflow; of one that was taken, the run it belongs to. */
export type Heard =
  | { readonly kind: 'taken'; readonly runId: string | null }
  | { readonly kind: 'not ours' }
  | { readonly kind: 'gone' }

/**
 * Records one workflow as Argo shows it now. What is none of ours is not even kept: Argo has it,
 * and it would come every time.
 */
export async function hear(
  { argo, recorder, context }: Pick<SweepDeps, 'argo' | 'recorder' | 'context'>,
  workflow: ArgoWorkflow,
  signal: AbortSignal,
): Promise<Heard> {
  const body = await argo.whole(workflow, signal)
  if (body === null) return { kind: 'gone' }
  const parsed = parse({ source: 'sweep', transport: 'internal', headers: {}, body }, context)
  const ours =
    parsed.kind === 'one' && !isMalformed(parsed.message) && parsed.message.event !== null
  if (!ours) return { kind: 'not ours' }
  const [taken] = await take(recorder, parsed)
  return { kind: 'taken', runId: taken?.kind === 'recorded' ? taken.recorded.runId : null }
}
