import type { Facts } from '../../decide/facts.ts'
import { addMillis } from '../../lib/instant.ts'
import type { ObserveContext } from './observe-deps.ts'

/**
 * Asks Argo about an announced run whose completion is overdue. Null before that, or if Argo is not
 * configured.
 */
export async function readCompletion({
  loaded: { run, escalation, now },
  deps,
  reader,
  signal,
}: ObserveContext): Promise<Facts['completion']> {
  const { askCompletion } = deps
  const { patience } = deps.policyFor(run.claims.repository, null).policy
  const isOverdue =
    run.status === 'notified' && now >= addMillis(run.statusSince, patience.completion)
  const isProbe = run.completedAt === null && (escalation?.shared?.probedAt ?? null) !== null
  if (askCompletion === null || !(isOverdue || isProbe)) return null
  // What is recorded about an ended run has no effect, so a probe only asks.
  return reader.read('argo', () => askCompletion(run, signal, { record: isOverdue }))
}
