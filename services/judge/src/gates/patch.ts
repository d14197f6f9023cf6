import { conflictMarkers } from '../diff/conflict-markers.ts'
import { type Gate, pass, refuse } from './gate.ts'
import { waitFor, withoutPullRequest } from './unknown.ts'

/**
 * Conflict markers in the change, or git's own words that a patch did not apply. Words in logs
 * never count.
 */
export const patch: Gate = {
  name: 'patch',
  dependsOn: ['head', 'artifacts'],
  needs: ['diff', 'evidence'],
  evaluate(facts, policy) {
    const { diff, evidence } = facts
    if (evidence.kind !== 'known')
      return waitFor(evidence, { what: 'artifacts', facts, policy, wouldChange: ['artifacts'] })
    if (evidence.value.failedApply !== null) {
      return refuse('patch_failed', 'A patch of the run did not apply.', [
        { kind: 'log', text: 'git says', detail: evidence.value.failedApply },
      ])
    }
    if (withoutPullRequest(facts)) return pass('there is no pull request')
    if (diff.kind !== 'known')
      return waitFor(diff, { what: 'github', facts, policy, wouldChange: ['head'] })
    const marked = conflictMarkers(diff.value)
    if (marked.length === 0) return pass('no conflict markers')
    return refuse(
      'patch_failed',
      'The change holds conflict markers.',
      marked.map(({ path, line }) => ({ kind: 'file', text: `${path}:${line}`, path, line })),
    )
  },
}
