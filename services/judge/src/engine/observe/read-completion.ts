import type { Facts } from '../../decide/facts.ts'
import { addMillis } from '../../lib/instant.ts'
import { isOpen } from '../../run/lifecycle.ts'
import type { ObserveContext } from './observe-deps.ts'

/**
 * Asks Argo about a run whose completion is unconfirmed or, if it was only announced, overdue. Null
 * before that, or if Argo is not configured.
 */
export async function readCompletion({
  loaded: { run, escalation, now },
  deps,
  reader,
  signal,
}: ObserveContext): Promise<Facts['completion']> {
  const { askCompletion, confirmCompletion } = deps
  const { patience, runs } = deps.policyFor(run.claims.repository, null).policy
  if (run.unconfirmed && isOpen(run.status)) {
    const mustKnow = runs.verify === 'always'
    return reader.read('argo', () => confirmCompletion(run, { mustKnow }, signal))
  }
  const isOverdue =
    run.status === 'notified' && now >= addMillis(run.statusSince, patience.completion)
  const isAsked = run.completedAt === null || run.unconfirmed
  const isProbe = isAsked && (escalation?.shared?.probedAt ?? null) !== null
  if (askCompletion === null || !(isOverdue || isProbe)) return null
  // What is recorded about an ended run has no effect, so a probe only asks.
  return reader.read('argo', () => askCompletion(run, signal, { record: isOverdue }))
}
