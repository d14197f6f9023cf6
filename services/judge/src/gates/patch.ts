import { findConflictMarkers } from '../diff/conflict-markers.ts'
import { type Gate, pass, refuse } from './gate.ts'
import { hasNoPullRequest, waitForFact } from './wait-for-fact.ts'

/**
 * The change holds no conflict markers, and git did not report that a patch failed to apply. What
 * logs say about conflicts never counts.
 */
export const patch: Gate = {
  name: 'patch',
  dependsOn: ['head', 'artifacts'],
  needs: ['diff', 'evidence'],
  evaluate(facts, policy, now) {
    const { diff, evidence } = facts
    if (evidence.kind !== 'known')
      return waitForFact(evidence, {
        what: 'artifacts',
        facts,
        policy,
        now,
        wouldChange: ['artifacts'],
      })
    if (evidence.value.failedApply !== null) {
      return refuse('patch_failed', 'A patch of the run did not apply.', [
        { kind: 'log', text: 'git says', detail: evidence.value.failedApply },
      ])
    }
    if (hasNoPullRequest(facts)) return pass('there is no pull request')
    if (diff.kind !== 'known')
      return waitForFact(diff, { what: 'github', facts, policy, now, wouldChange: ['head'] })
    const markers = findConflictMarkers(diff.value)
    if (markers.length === 0) return pass('no conflict markers')
    return refuse(
      'patch_failed',
      'The change holds conflict markers.',
      markers.map(({ path, line }) => ({ kind: 'file', text: `${path}:${line}`, path, line })),
    )
  },
}
