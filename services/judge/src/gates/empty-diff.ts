import { changesContent } from '../diff/changes-content.ts'
import { count } from '../lib/text.ts'
import { type Gate, pass, refuse } from './gate.ts'
import { waitFor, withoutPullRequest } from './unknown.ts'

/**
 * A pull request that changes nothing has finished nothing, unless policy says that nothing was to
 * be done.
 */
export const emptyDiff: Gate = {
  name: 'empty-diff',
  dependsOn: ['head'],
  needs: ['diff'],
  evaluate(facts, policy) {
    if (withoutPullRequest(facts)) return pass('there is no pull request')
    const { diff } = facts
    if (diff.kind !== 'known')
      return waitFor(diff, { what: 'github', facts, policy, wouldChange: ['head'] })
    if (diff.value.tooLarge !== null) return pass('the change is too large to be empty')
    const changed = diff.value.files.filter(changesContent)
    if (changed.length > 0)
      return pass(
        `${count(changed.length, 'file')} changed, +${diff.value.added} −${diff.value.removed}`,
      )
    if (policy.diff.allow_empty) return pass('nothing changes, which policy allows')
    return refuse(
      'empty_diff',
      'The pull request changes no content.',
      diff.value.files.map(({ path }) => ({ kind: 'file', text: path, path })),
    )
  },
}
