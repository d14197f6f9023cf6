import type { Facts } from '../../decide/facts.ts'
import { addMillis } from '../../lib/instant.ts'
import type { ObserveContext } from './observe-deps.ts'

/**
 * Asks Argo about an announced run whose completion is overdue. Null before that, or if Argo is not
 * configured. While Argo is unavailable the run counts as running, at most until the patience for
 * artifacts is over; then its completion is unknown.
 */
export async function readCompletion({
  loaded: { run, now },
  deps,
  reader,
  signal,
}: ObserveContext): Promise<Facts['completion']> {
  const { askCompletion } = deps
  const { patience } = deps.policyFor(run.claims.repository, null).policy
  if (
    run.status !== 'notified' ||
    askCompletion === null ||
    now < addMillis(run.statusSince, patience.completion)
  )
    return null
  const answer = await reader.read('argo', () => askCompletion(run, signal))
  if (answer.kind === 'known') return answer.value
  return answer.kind === 'unreadable' && now < addMillis(answer.since, patience.artifacts)
    ? 'running'
    : 'unknown'
}
