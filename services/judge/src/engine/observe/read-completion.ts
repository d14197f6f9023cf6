import type { Facts } from '../../decide/facts.ts'
import { after } from '../../lib/instant.ts'
import type { Loaded } from './load.ts'
import type { Outside, Reader } from './observe-deps.ts'

/**
 * What Argo says of a run that was announced and whose patience is over; null before that, or where
 * nobody can be asked. While Argo is away we do not know, and the wait goes on, but not for ever:
 * past the patience for artifacts it counts as "unknown".
 */
export async function readCompletion(
  { run, now }: Loaded,
  { outside, reads }: { outside: Outside; reads: Reader },
  signal: AbortSignal,
): Promise<Facts['completion']> {
  const { askCompletion } = outside
  const { patience } = outside.policyFor(run.claims.repository, null).policy
  if (
    run.status !== 'notified' ||
    askCompletion === null ||
    now < after(run.statusSince, patience.completion)
  )
    return null
  const said = await reads.read('argo', () => askCompletion(run, signal))
  if (said.kind === 'known') return said.value
  return said.kind === 'unreadable' && now < after(said.since, patience.artifacts)
    ? 'running'
    : 'unknown'
}
